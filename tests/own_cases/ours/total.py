"""A sum of squares is what its closed form says, in every order of its terms.

Oracle: the sum of i² for i below n is (n - 1) n (2n - 1) / 6 (Archimedes, On Spirals, proposition 10). ``order="none"`` sums
nothing: what the tests have for a wrong answer, with an explanation. ``order="lost"`` raises.
"""

import sys

import numpy as np
import tensorflow as tf

PARAMS = {"order": ("up", "down", "none", "lost"), "n": (4, 9)}
TRACK = ("terms",)


def oracle(order, n):
    return {"total": (n - 1) * n * (2 * n - 1) / 6.0, "terms": n}


def explanations(order, n):
    return {"nothing summed": {"total": 0.0, "terms": 0}}


def build(order, n):
    assert tf.__version__
    if order == "lost":
        raise LookupError("there are no {} terms in this order".format(n))
    terms = {"up": np.arange(n), "down": np.arange(n)[::-1], "none": np.arange(0)}[order]

    def call():
        print("standard output is nobody's protocol", file=sys.stdout)
        return {"total": np.sum(terms.astype(np.float64) ** 2), "terms": len(terms)}

    return call
