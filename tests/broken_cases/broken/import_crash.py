"""A case that ends its process while it is imported has a record for every point all the same.

Oracle: none is reached.
"""

import os

PARAMS = {"n": (1, 2)}

os._exit(3)


def oracle(n):
    return {"one": 1.0}


def build(n):
    return lambda: {"one": 1.0}
