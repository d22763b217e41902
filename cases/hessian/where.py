"""tf.where differentiates the branch that is taken, once and twice, and is not poisoned by the other.

f(x) = sum over x_i > 0 of x_i^3, plus 0 elsewhere, in four spellings: ``plain`` x^3; ``sqrt``: sqrt(x)^6, which is not a
number for x < 0; ``safe_sqrt``: the same with the argument replaced where it is not taken, as the documentation of tf.where
advises; ``maximum``: max(x, 0)^3.

Oracle: 3 x^2 and 6 x on the diagonal where x > 0, else 0. "NaN of the other branch": what 0 * NaN leaves at those places, in the
gradient, and in the Hessian in their columns or on the diagonal only.

Source: documentation of tf.where, the note on NaN gradients and its workaround.
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {
    "branch": ("plain", "sqrt", "safe_sqrt", "maximum"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = (
    {"how": "graph_while", "branch": ("plain", "maximum")},
    {"how": "graph_while", "branch": "safe_sqrt"},
)
RTOL = 1e-13  # float64; sqrt and a power
TIME_LIMIT_S = 20.0


def inputs(branch, how):
    return np.array([1.5, -0.5, 0.25, -2.0])


def oracle(branch, how):
    x = inputs(branch, how)
    on = np.maximum(x, 0)
    return {"value": (on**3).sum(), "gradient": 3 * on**2, "hessian": np.diag(6 * on)}


def explanations(branch, how):
    right, off = oracle(branch, how), inputs(branch, how) < 0
    gradient, diagonal, rows = right["gradient"].copy(), right["hessian"].copy(), right["hessian"].copy()
    gradient[off] = np.nan
    diagonal[off, off] = np.nan
    rows[:, off] = np.nan
    return {
        "NaN of the other branch": {"gradient": gradient, "hessian": rows},
        "NaN of the other branch, on the diagonal": {"gradient": gradient, "hessian": diagonal},
    }


def build(branch, how):
    def function(x):
        taken = x > 0
        zero = tf.zeros_like(x)
        if branch == "plain":
            return tf.reduce_sum(tf.where(taken, x**3, zero))
        if branch == "sqrt":
            return tf.reduce_sum(tf.where(taken, tf.sqrt(x) ** 6, zero))
        if branch == "safe_sqrt":
            safe = tf.where(taken, x, tf.ones_like(x))
            return tf.reduce_sum(tf.where(taken, tf.sqrt(safe) ** 6, zero))
        return tf.reduce_sum(tf.maximum(x, 0) ** 3)

    mode, loop = how.split("_")
    return _take.answers(function, mode, loop, inputs(branch, how))
