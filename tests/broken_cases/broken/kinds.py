"""The right number with the wrong kind: another type, another shape, another name.

Oracle: three ones.
"""

import numpy as np

PARAMS = {"what": ("right", "word", "complex", "scalar", "column", "empty", "longer", "nested", "name", "case")}


def oracle(what):
    return {"ones": np.ones(3)}


def build(what):
    ones = np.ones(3, np.float32)
    answers = {
        "right": {"ones": ones},
        "word": {"ones": "1.0"},
        "complex": {"ones": ones + 1j},
        "scalar": {"ones": np.float32(1.0)},
        "column": {"ones": ones[:, None]},
        "empty": {"ones": ones[:0]},
        "longer": {"ones": np.ones(4, np.float32)},
        "nested": {"ones": {"ones": ones}},
        "name": {"one": ones},
        "case": {"Ones": ones},
    }
    return lambda: answers[what]
