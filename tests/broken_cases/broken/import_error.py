"""A case that cannot be imported has a record for every point all the same.

Oracle: none is reached.
"""

import no_such_module

PARAMS = {"n": (1, 2)}


def oracle(n):
    return {"one": no_such_module.one}


def build(n):
    return lambda: {"one": 1.0}
