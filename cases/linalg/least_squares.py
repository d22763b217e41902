"""Least-squares solutions and pseudo-inverses have the gradients of their normal equations.

L = <W, X>; the pseudo-inverse is the solution for B = I. Oracle, tall: X = M^-1 A^T B with M = A^T A + l I, and with Z = M^-1
W the gradient in A is B Z^T - A X Z^T - A Z X^T, in B it is A Z. Wide: X = A^T Y with Y = M^-1 B, M = A A^T + l I, and with Z
= M^-1 A W: Y W^T - Z Y^T A - Y Z^T A, and Z.

"equal singular values": the derivative of singular vectors divides by the differences of the squared singular values, and 1/0
is taken as 0. At A = 2 I (four rows, two columns) the pseudo-inverse is smooth, but of W's square part only the diagonal is
left: diag(-W_ii / 4) above the right lower part W_ik / 4.

``slow`` is fast=False, by a complete orthogonal decomposition.

Source: documentation of tf.linalg.lstsq and tf.linalg.pinv; Golub and Pereyra, "The differentiation of pseudo-inverses"
(1973).
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _take

PARAMS = {
    "op": ("lstsq_tall", "lstsq_wide", "ridge_tall", "ridge_wide", "slow_tall", "pinv_tall", "pinv_wide", "pinv_equal"),
    "how": ("eager_first", "graph_first"),
}
EXCLUDE = (
    {"how": "graph_first", "op": ("lstsq_tall", "lstsq_wide", "ridge_tall", "slow_tall", "pinv_tall", "pinv_equal")},
)
RTOL = 1e-11  # float64; condition numbers of A^T A below 100
TIME_LIMIT_S = 20.0


def inputs(op, how):
    random = np.random.RandomState(37)
    a = random.normal(size=(2, 4) if op.endswith("wide") else (4, 2))
    if op == "pinv_equal":
        a = 2 * np.eye(4, 2)
    b = np.eye(len(a)) if op.startswith("pinv") else random.normal(size=(len(a), 3))
    return a, b, random.normal(size=(a.shape[1], b.shape[1])), 0.5 if op.startswith("ridge") else 0.0


def oracle(op, how):
    a, b, w, l2 = inputs(op, how)
    if op.endswith("wide"):
        m = a @ a.T + l2 * np.eye(len(a))
        y, z = np.linalg.solve(m, b), np.linalg.solve(m, a @ w)
        x, gradient, rhs_gradient = a.T @ y, y @ w.T - z @ y.T @ a - y @ z.T @ a, z
    else:
        m = a.T @ a + l2 * np.eye(a.shape[1])
        x, z = np.linalg.solve(m, a.T @ b), np.linalg.solve(m, w)
        gradient, rhs_gradient = b @ z.T - a @ x @ z.T - a @ z @ x.T, a @ z
    answer = {"value": (w * x).sum(), "gradient": gradient}
    return answer if op.startswith("pinv") else dict(answer, rhs_gradient=rhs_gradient)


def explanations(op, how):
    if op != "pinv_equal":
        return {}
    _, _, w, _ = inputs(op, how)
    return {"equal singular values": {"gradient": np.concatenate([np.diag(-np.diag(w)), w[:, 2:].T]) / 4}}


def build(op, how):
    a, b, w, l2 = inputs(op, how)
    if op.startswith("pinv"):
        pinv = _take.api("linalg.pinv")
        return _take.answers(lambda a: tf.reduce_sum(w * pinv(a)), how, a)

    def function(a, b):
        return tf.reduce_sum(w * tf.linalg.lstsq(a, b, l2_regularizer=l2, fast=op != "slow_tall"))

    of_matrix = _take.answers(lambda a: function(a, tf.constant(b)), how, a)
    of_rhs = _take.answers(lambda b: function(tf.constant(a), b), how, b)
    return lambda: dict(of_matrix(), rhs_gradient=of_rhs()["gradient"])
