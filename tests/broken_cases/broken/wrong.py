"""Wrong answers of every kind are mismatches, and one of them is explained.

Oracle: the numbers 1 to 3.
"""

import numpy as np

PARAMS = {"what": ("value", "explained", "shape", "none", "string", "nan", "missing", "extra", "object")}


def oracle(what):
    return {"numbers": np.array([1.0, 2.0, 3.0])}


def explanations(what):
    return {"twice": {"numbers": np.array([2.0, 4.0, 6.0])}}


def build(what):
    right = np.array([1.0, 2.0, 3.0], np.float32)
    answers = {
        "value": {"numbers": right + 0.001},
        "explained": {"numbers": 2 * right},
        "shape": {"numbers": right[None]},
        "none": {"numbers": None},
        "string": {"numbers": "1 2 3"},
        "nan": {"numbers": np.array([1.0, np.nan, 3.0])},
        "missing": {},
        "extra": {"numbers": right, "more": 1},
        "object": {"numbers": [{}]},
    }
    return lambda: answers[what]
