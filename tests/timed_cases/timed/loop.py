"""A loop of Python takes as long as it has turns: what the tests of the timing measure, on any interpreter.

Oracle: n (n - 1) / 2. ``kind`` makes it a wrong answer, an API that is missing, an exception, a process that ends while it is
prepared, or one that ends in the middle of a turn. ``$TFDRIFT_PLANTED`` makes the work so many times as much.
"""

import os

import numpy as np

from cases import _compat

PARAMS = {"kind": ("right", "wrong", "missing", "raising", "dying", "fading"), "n": (2000, 4000, 8000)}
EXCLUDE = (
    {"kind": "wrong", "n": 4000},
    {"kind": "wrong", "n": 8000},
    {"kind": "missing", "n": 4000},
    {"kind": "missing", "n": 8000},
    {"kind": "raising", "n": 4000},
    {"kind": "raising", "n": 8000},
    {"kind": "dying", "n": 4000},
    {"kind": "dying", "n": 8000},
    {"kind": "fading", "n": 4000},
    {"kind": "fading", "n": 8000},
)
TIMED = {"unit": "elements"}


def oracle(kind, n):
    return {"sum": np.float64(n * (n - 1) / 2)}


def work(kind, n):
    return n


def floor(kind, n):
    numbers = np.arange(n)
    return lambda: {"sum": np.float64(numbers.sum())}


def build(kind, n):
    if kind == "missing":
        raise _compat.Unsupported("tf.loop")
    if kind == "raising":
        raise ValueError("no such loop")
    if kind == "dying":
        os._exit(7)
    planted, calls = int(os.environ.get("TFDRIFT_PLANTED", "1")), []

    def answer():
        calls.append(None)
        if kind == "fading" and len(calls) > 1:
            os._exit(7)
        for _ in range(planted):
            total = 0
            for number in range(n):
                total += number
        return {"sum": np.float64(total + (kind == "wrong"))}

    return answer
