"""The Hessian of a product is right with any number of zeros among the factors.

f(x) = prod x over five elements, of which 0, 1, 2 or 3 are zero. Oracle: H_ij = product of the others, i and j left out, 0 on the
diagonal; gradient: product of the others.

TensorFlow's gradient avoids dividing by x: it is left * right, two exclusive cumulative products. But their own gradient divides
by x (see hessian.cumprod), which makes row i of the Hessian g_i [i != j] / x_j, g the gradient. "division by zero" is this with
0/0 = NaN; "guarded division" with a / 0 = 0: finite, wrong, and not symmetric.

Source: documentation of tf.reduce_prod; tensorflow/tensorflow #44556 and #61117; for cumprod #3862 and #119430.
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {"zeros": (0, 1, 2, 3), "how": ("eager_pfor", "graph_while")}
EXCLUDE = ({"how": "graph_while", "zeros": (0, 3)},)
TIME_LIMIT_S = 20.0


def inputs(zeros, how):
    x = np.array([1.5, -0.5, 2.0, 0.75, -1.25])
    x[[1, 3, 4][:zeros]] = 0
    return x


def oracle(zeros, how):
    x = inputs(zeros, how)
    hessian = [[np.delete(x, [i, j]).prod() if i != j else 0.0 for j in range(5)] for i in range(5)]
    return {"value": x.prod(), "gradient": [np.delete(x, i).prod() for i in range(5)], "hessian": hessian}


def explanations(zeros, how):
    x = inputs(zeros, how)
    numerator = np.array(oracle(zeros, how)["gradient"])[:, None] * (1 - np.eye(5))
    with np.errstate(divide="ignore", invalid="ignore"):
        divided = numerator / x
    return {"division by zero": {"hessian": divided}, "guarded division": {"hessian": np.where(x == 0, 0, divided)}}


def build(zeros, how):
    mode, loop = how.split("_")
    return _take.answers(tf.reduce_prod, mode, loop, inputs(zeros, how))
