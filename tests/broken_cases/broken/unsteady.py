"""An answer that is another one from the second run on, as far as ``how`` says.

Oracle: 1, which the first run gives.
"""

import os

import numpy as np

PARAMS = {"how": ("steady", "last_digit", "value", "raises", "crashes")}
ISOLATE = "point"
VISITS = os.path.join("..", "..", "visits-{}")
"""Beside the folders of all runs of one supervisor, which takes it away in the end."""


def oracle(how):
    return {"one": 1.0}


def build(how):
    path = VISITS.format(how)
    again = os.path.exists(path)
    with open(path, "w"):
        pass

    def answer():
        if how == "raises" and again:
            raise ValueError("on purpose")
        if how == "crashes" and again:
            os._exit(3)
        one, two = np.float32(1), np.float32(2)
        later = {"last_digit": np.nextafter(one, two), "value": two}.get(how, one)
        return {"one": later if again else one}

    return answer
