"""Powers have the right second derivative at zero.

f(x) = sum x_i^p at x = (0, 1.5, 0, 2), with p a Python number or a constant tensor.
Oracle: p (p - 1) x^(p-2) by the power rule, with 0^0 = 1: p = 0 and 1 give 0 everywhere, 2 gives 2, 3 gives 6 x; 1.5 gives
+infinity at zero.

"zero times infinity": the same formulas without care. For p = 0 the gradient at zero is 0 * 0^-1 = NaN, for p = 1 the second
derivative is 0 * 0^-1 = NaN, and row i of the Hessian is the unit vector e_i times the second derivatives, NaN where 0 meets
one that is not finite (for p = 1.5 off the diagonal). A graph may
fold x^0 into 1, which spares the gradient but not the Hessian.

Source: documentation of tf.pow; tensorflow/tensorflow #35011.
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {
    "p": (0, 1, 2, 3, 1.5),
    "spelling": ("number", "tensor"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = (
    {"spelling": "tensor", "how": "graph_while"},
    {"spelling": "tensor", "p": (2, 3, 1.5)},
    {"how": "graph_while", "p": (1, 2, 3, 1.5)},
)
RTOL = 1e-14  # float64
TIME_LIMIT_S = 20.0


def inputs(p, spelling, how):
    return np.array([0.0, 1.5, 0.0, 2.0])


def oracle(p, spelling, how):
    x = inputs(p, spelling, how)
    with np.errstate(divide="ignore"):
        gradient = p * x ** max(p - 1.0, 0.0) if p in (0, 1) else p * x ** (p - 1.0)
        second = np.zeros(4) if p in (0, 1) else p * (p - 1) * x ** (p - 2.0)
    return {"value": (x**p).sum(), "gradient": gradient, "hessian": _diagonal(second)}


def explanations(p, spelling, how):
    x = inputs(p, spelling, how)
    with np.errstate(divide="ignore", invalid="ignore"):
        gradient = p * x ** (p - 1.0)
        hessian = np.eye(4) * (p * (p - 1) * x ** (p - 2.0))
    return {
        "zero times infinity": {"gradient": gradient, "hessian": hessian},
        "zero times infinity in the Hessian": {"hessian": hessian},
    }


def _diagonal(values):
    """np.diag without inf * 0."""
    matrix = np.zeros((len(values), len(values)))
    np.fill_diagonal(matrix, values)
    return matrix


def build(p, spelling, how):
    exponent = p if spelling == "number" else tf.constant(p, tf.float64)
    mode, loop = how.split("_")
    return _take.answers(lambda x: tf.reduce_sum(x**exponent), mode, loop, inputs(p, spelling, how))
