"""A half is a half, whoever shares the code.

Oracle: 7/2 = 3.5, exactly.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ours"))

import _shared  # noqa: E402

PARAMS = {"value": (7,)}


def oracle(value):
    return {"half": 3.5}


def build(value):
    return lambda: {"half": _shared.half(float(value))}
