"""Twice a number is twice a number.

Oracle: 2 n.
"""

PARAMS = {"n": (1, 2, 3)}


def oracle(n):
    return {"twice": 2.0 * n}


def build(n):
    return lambda: {"twice": n + n}
