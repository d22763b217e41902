"""At kinks and edges of the domain the derivatives are the documented choice, or the limit where there is one.

Oracle, by op (x, with its first and second derivative):

- abs at 0: sign(0) = 0. max(x, x) and min(x, x) are x: 1, whichever argument gets it. Clipping to [-1, 1] is the identity up
  to the bounds and at them (the rule of maximum is "x >= y"); ``clip_low``: the gradient of a bound that is broadcast counts
  the elements below it.
- sqrt, x^(1/2) and log at 0, asin, acos, acosh and atanh at 1: infinite, with the sign of the limit. x^(3/2) at 0: 0 and
  infinity. (-2)^3 and (-0.5)^3 as powers of the base: 3 x^2, 6 x. 0^y in y > 0: 0, 0.
- x / y without NaN at y = 0 is 0 for every x: 0.
- ``where``: sqrt(1 - x) for x < 1 and 0 elsewhere, at x = 0 and 2: f = 1, 0; f' = -1/2, 0; f'' = -1/4, 0. The safe spelling
  gives the root a number it can take in the other branch as well. "branch not taken": without that, the unselected root's
  derivative, NaN, is multiplied by 0, which is NaN. The kernel of sqrt's gradient gives 0 for an incoming 0; then only the
  second derivative is NaN ("in the second").

Source: documentation of tf.where; tensorflow/tensorflow #27684; tensorflow/python/ops/math_grad.py, _MaximumGrad.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {
    "op": (
        "abs",
        "maximum_self",
        "minimum_self",
        "clip",
        "clip_low",
        "sqrt",
        "rsqrt",
        "log",
        "pow_half",
        "pow_three_halves",
        "pow_negative_base",
        "pow_of_zero",
        "asin",
        "acos",
        "acosh",
        "atanh",
        "divide_no_nan",
        "where",
        "where_safe",
    ),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {"mode": "graph", "op": ("abs", "maximum_self", "minimum_self", "sqrt", "rsqrt", "log", "pow_half")},
    {"mode": "graph", "op": ("pow_three_halves", "pow_negative_base", "pow_of_zero", "asin", "acos", "acosh")},
    {"mode": "graph", "op": ("atanh", "divide_no_nan", "where_safe")},
)
RTOL = 1e-14  # float64
CLIPPED = np.array([[-2.0, -0.5, 0.2], [-3.0, 0.5, 0.9]])
INF = np.inf


def _table():
    """By op: x, value, first and second derivative."""
    zero = np.zeros(3)
    return {
        "abs": ([-2.0, 0.0, 1.5], [2.0, 0.0, 1.5], [-1.0, 0.0, 1.0], zero),
        "maximum_self": ([-2.0, 0.0, 1.5], [-2.0, 0.0, 1.5], [1.0, 1.0, 1.0], zero),
        "minimum_self": ([-2.0, 0.0, 1.5], [-2.0, 0.0, 1.5], [1.0, 1.0, 1.0], zero),
        "clip": ([-2.0, -1.0, 0.3, 1.0, 2.0], [-1.0, -1.0, 0.3, 1.0, 1.0], [0.0, 1.0, 1.0, 1.0, 0.0], np.zeros(5)),
        "clip_low": ([-1.0, 0.0, -5.0], np.maximum(CLIPPED, [-1.0, 0.0, -5.0]), [2.0, 1.0, 0.0], zero),
        "sqrt": ([0.0, 4.0], [0.0, 2.0], [INF, 0.25], [-INF, -1 / 32]),
        "rsqrt": ([0.0, 4.0], [INF, 0.5], [-INF, -1 / 16], [INF, 3 / 128]),
        "log": ([0.0, 4.0], [-INF, np.log(4.0)], [INF, 0.25], [-INF, -1 / 16]),
        "pow_half": ([0.0, 4.0], [0.0, 2.0], [INF, 0.25], [-INF, -1 / 32]),
        "pow_three_halves": ([0.0, 4.0], [0.0, 8.0], [0.0, 3.0], [INF, 3 / 8]),
        "pow_negative_base": ([-2.0, -0.5], [-8.0, -0.125], [12.0, 0.75], [-12.0, -3.0]),
        "pow_of_zero": ([2.0, 0.5], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]),
        "asin": ([1.0, 0.6], [np.pi / 2, np.arcsin(0.6)], [INF, 1.25], [INF, 0.6 * 1.25**3]),
        "acos": ([1.0, 0.6], [0.0, np.arccos(0.6)], [-INF, -1.25], [-INF, -0.6 * 1.25**3]),
        "acosh": ([1.0, 1.25], [0.0, np.arccosh(1.25)], [INF, 4 / 3], [-INF, -1.25 * (4 / 3) ** 3]),
        "atanh": ([1.0, 0.5], [INF, np.arctanh(0.5)], [INF, 4 / 3], [INF, 16 / 9]),
        "divide_no_nan": ([3.0, 3.0], [0.0, 1.5], [0.0, 0.5], [0.0, 0.0]),
        "where": ([0.0, 2.0], [1.0, 0.0], [-0.5, 0.0], [-0.25, 0.0]),
    }


def inputs(op, mode):
    return np.array(_table()[op.replace("_safe", "")][0])


def oracle(op, mode):
    _, value, first, second = _table()[op.replace("_safe", "")]
    return {"value": np.array(value), "d_x": np.array(first), "d_xx": np.array(second)}


def explanations(op, mode):
    if op != "where":
        return {}
    second = {"d_xx": np.array([-0.25, np.nan])}
    return {"branch not taken": dict(second, d_x=np.array([-0.5, np.nan])), "branch not taken in the second": second}


def build(op, mode):
    function = {
        "abs": tf.abs,
        "maximum_self": lambda x: tf.maximum(x, x),
        "minimum_self": lambda x: tf.minimum(x, x),
        "clip": lambda x: tf.clip_by_value(x, -1.0, 1.0),
        "clip_low": lambda low: tf.clip_by_value(tf.constant(CLIPPED), low, 1.0),
        "sqrt": tf.sqrt,
        "rsqrt": tf.math.rsqrt,
        "log": tf.math.log,
        "pow_half": lambda x: x**0.5,
        "pow_three_halves": lambda x: x**1.5,
        "pow_negative_base": lambda x: x**3.0,
        "pow_of_zero": lambda y: tf.pow(tf.zeros_like(y), y),
        "asin": tf.asin,
        "acos": tf.acos,
        "acosh": tf.acosh,
        "atanh": tf.atanh,
        "divide_no_nan": lambda x: tf.math.divide_no_nan(x, tf.constant([0.0, 2.0], tf.float64)),
        "where": lambda x: tf.where(x < 1, tf.sqrt(1 - x), tf.zeros_like(x)),
        "where_safe": lambda x: tf.where(x < 1, tf.sqrt(tf.where(x < 1, 1 - x, tf.ones_like(x))), tf.zeros_like(x)),
    }[op]
    return _take.answers(function, mode, x=inputs(op, mode))
