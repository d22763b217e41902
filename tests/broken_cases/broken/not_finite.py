"""What is not finite must stand where the oracle has it, with its sign, and nowhere else.

Oracle: the value that ``right`` names, between two ones.
"""

import numpy as np

PARAMS = {"answer": ("nan", "inf", "-inf", "1"), "right": ("nan", "inf", "-inf", "1")}


def oracle(answer, right):
    return {"numbers": np.array([1.0, float(right), 1.0])}


def build(answer, right):
    return lambda: {"numbers": np.array([1.0, float(answer), 1.0], np.float32)}
