"""Smooth functions of a matrix that are computed by eigh or svd are smooth where eigenvalues or singular values are equal, too.

At X = diag(2, 2, 5), as at a matrix with different ones. Oracle, with S = (X + X^T)/2 and weights W, symmetric for the root:
the sum of squared eigenvalues is |S|^2, gradient 2 S, Hessian times V: V + V^T; that of squared singular values |X|^2, 2 X, 2
V. The root Q sqrt(D) Q^T of S = Q D Q^T: Q (F o Q^T W Q) Q^T with F_ij = 1 / (sqrt d_i + sqrt d_j), which is the divided
difference of the root without its 0/0. The orthogonal factor U V^T of X = U S V^T: with P = U^T W V, U ((P - P^T)_ij / (s_i +
s_j)) V^T.

"equal values": the derivative of eigenvectors and singular vectors holds 1 / (d_j - d_i), whose infinity is taken as 0, so
that what belongs to the pair of equal values (entries 01 and 10 here) is missing. "NaN": the same with infinity times zero.

Source: Higham, "Functions of Matrices", 3.2 (divided differences); Ionescu et al., "Matrix backpropagation" (2015);
tensorflow/tensorflow #12853, #24930 (NaN for equal eigenvalues).
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _take

PARAMS = {
    "op": ("squared_eigenvalues", "squared_singular_values", "root", "orthogonal_factor"),
    "values": ("different", "equal"),
    "how": ("eager_second", "eager_first", "graph_first"),
}
EXCLUDE = (
    {"how": ("eager_first", "graph_first"), "op": ("squared_eigenvalues", "squared_singular_values")},
    {"how": "eager_second", "op": ("root", "orthogonal_factor")},
    {"how": "graph_first", "values": "different"},
    {"how": "graph_first", "op": "orthogonal_factor"},
)
RTOL = 1e-12  # float64
TIME_LIMIT_S = 20.0


def inputs(op, values, how):
    random = np.random.RandomState(41)
    x, v, w = random.normal(size=(3, 3, 3))
    x = np.diag([2.0, 2.0, 5.0]) if values == "equal" else 0.4 * x + np.diag([2.0, 4.0, 7.0])
    return x, v, w + w.T if op == "root" else w


def oracle(op, values, how):
    x, v, w = inputs(op, values, how)
    s = (x + x.T) / 2
    if op == "squared_eigenvalues":
        return {"value": (s**2).sum(), "gradient": 2 * s, "product": v + v.T}
    if op == "squared_singular_values":
        return {"value": (x**2).sum(), "gradient": 2 * x, "product": 2 * v}
    if op == "root":
        d, q = np.linalg.eigh(s)
        root = np.sqrt(d)
        inner = (q.T @ w @ q) / (root[:, None] + root)
        return {"value": (w * (q * root @ q.T)).sum(), "gradient": q @ inner @ q.T}
    u, d, vh = np.linalg.svd(x)
    p = u.T @ w @ vh.T
    return {"value": (w * (u @ vh)).sum(), "gradient": u @ ((p - p.T) / (d[:, None] + d)) @ vh}


def explanations(op, values, how):
    if values == "different":
        return {}
    name = "product" if op.startswith("squared") else "gradient"
    wrong = oracle(op, values, how)[name].copy()
    wrong[0, 1] = wrong[1, 0] = 0.0
    return {"equal values": {name: wrong}, "NaN": {name: np.full((3, 3), np.nan)}}


def build(op, values, how):
    x, v, w = inputs(op, values, how)

    def function(x):
        s = (x + tf.transpose(x)) / 2
        if op == "squared_eigenvalues":
            return tf.reduce_sum(tf.linalg.eigvalsh(s) ** 2)
        if op == "squared_singular_values":
            return tf.reduce_sum(tf.linalg.svd(x, compute_uv=False) ** 2)
        if op == "root":
            d, q = tf.linalg.eigh(s)
            return tf.reduce_sum(w * tf.matmul(q * tf.sqrt(d), q, transpose_b=True))
        _, u, v = tf.linalg.svd(x)
        return tf.reduce_sum(w * tf.matmul(u, v, transpose_b=True))

    return _take.answers(function, how, x, v)
