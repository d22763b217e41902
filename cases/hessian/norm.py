"""Hessians of norms are right away from zero, and finite at zero where the norm is squared.

Oracle, with r = |x|: |x|_2: (I - x x^T / r^2) / r; |x|_2^2: 2 I, also at zero; |x|_1: 0.
``squared_at_zero`` spells |x|^2 as tf.norm(x)^2, whose factors are 0 and 1/0 there ("NaN": what the product rule gives for them).

Source: documentation of tf.norm; Petersen and Pedersen, "The Matrix Cookbook", 2.4 and 2.6.
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {
    "norm": ("l2", "l1", "squared", "sum_of_squares_at_zero", "squared_at_zero"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = ({"how": "graph_while", "norm": ("l2", "l1", "squared", "sum_of_squares_at_zero")},)
RTOL = 1e-14  # float64
ATOL = {"hessian": 1e-14}
TIME_LIMIT_S = 20.0


def inputs(norm, how):
    return np.zeros(3) if norm.endswith("zero") else np.array([0.6, -1.2, 2.0])


def oracle(norm, how):
    x = inputs(norm, how)
    r = np.sqrt((x**2).sum())
    if norm == "l2":
        return {"value": r, "gradient": x / r, "hessian": (np.eye(3) - np.outer(x, x) / r**2) / r}
    if norm == "l1":
        return {"value": np.abs(x).sum(), "gradient": np.sign(x), "hessian": np.zeros((3, 3))}
    return {"value": r**2, "gradient": 2 * x, "hessian": 2 * np.eye(3)}


def explanations(norm, how):
    if norm != "squared_at_zero":
        return {}
    undefined = np.full((3, 3), np.nan)
    return {"NaN": {"gradient": undefined[0], "hessian": undefined}, "NaN Hessian": {"hessian": undefined}}


def build(norm, how):
    def function(x):
        if norm == "sum_of_squares_at_zero":
            return tf.reduce_sum(x * x)
        order = 1 if norm == "l1" else 2
        return tf.norm(x, ord=order) ** 2 if norm.startswith("squared") else tf.norm(x, ord=order)

    mode, loop = how.split("_")
    return _take.answers(function, mode, loop, inputs(norm, how))
