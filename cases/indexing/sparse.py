"""Sparse ops have gradients in the values they hold, in dense partners and in defaults.

A is a (3, 4) matrix with five values s, D is dense. Oracle: for linear ops f = sum of w y^2 / 2 with y = M s has the gradient
M^T (w y) and the Hessian times v M^T (w M v), M read off the NumPy version (``_linear.py``). For the others, first
derivatives only:

- ``matmul`` f = sum of W * (A D), also with A or D given transposed: in s the sum over columns of W_rk D_ck, in D A^T W.
- ``multiply``, ``divide`` by a dense row d that is broadcast: f = sum of c s d: c d and sum of c s by column; s / d: c / d,
  -c s / d^2.
- ``fill_empty_rows``: a default in every empty row: c of the values, and the sum of c of the defaults.
- ``softmax`` of each row's values p, f = c . p: p (c - p . c) by row. ``reduce_max``: c of the row at its largest value.

"no gradient": sparse.concat is declared not differentiable and gives None, although its output depends on s. "constant
gradient": the gradient of sparse.add is declared not differentiable, so that a second derivative through it is lost.

Source: documentation of tf.sparse; tensorflow/python/ops/sparse_grad.py.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take
from cases.indexing import _linear

PARAMS = {
    "op": (
        "to_dense",
        "reduce_sum",
        "transpose",
        "reorder",
        "slice",
        "concat",
        "add",
        "add_dense",
        "map_values",
        "matmul",
        "matmul_adjoint_a",
        "matmul_adjoint_b",
        "multiply",
        "divide",
        "fill_empty_rows",
        "softmax",
        "reduce_max",
    ),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {"mode": "graph", "op": ("reduce_sum", "transpose", "reorder", "slice", "concat", "add", "add_dense")},
    {"mode": "graph", "op": ("map_values", "matmul_adjoint_a", "matmul_adjoint_b", "divide", "fill_empty_rows")},
    {"mode": "graph", "op": ("softmax", "reduce_max")},
)
RTOL = 1e-14  # float64
INDICES = np.array([[0, 1], [0, 3], [1, 0], [2, 1], [2, 2]])
SPARSE_ROWS, COLUMNS = INDICES.T
SHUFFLED = [3, 0, 4, 2, 1]
C = np.array([0.7, -1.1, 0.4, 1.3, 0.9])


def inputs(op, mode):
    random = np.random.RandomState(421)
    values, dense, weights = random.normal(size=5), random.normal(size=(4, 2)), random.normal(size=(3, 2))
    return values, np.array([0.5, -1.5, 2.0, 0.8]) if op in ("multiply", "divide") else dense, weights


def _dense(values, indices=INDICES):
    matrix = np.zeros((3, 4))
    matrix[tuple(indices.T)] = values
    return matrix


LINEAR = {
    "to_dense": _dense,
    "reduce_sum": lambda s: _dense(s).sum(1),
    "transpose": lambda s: _dense(s).T,
    "reorder": lambda s: s[np.argsort(SHUFFLED)],
    "slice": lambda s: _dense(s)[:2, 1:],
    "concat": lambda s: np.concatenate([_dense(s), 2 * _dense(s)], 1),
    "add": lambda s: _dense(s) + _dense(2 * s[::-1], np.stack([SPARSE_ROWS, 3 - COLUMNS], 1)),
    "add_dense": lambda s: 3 * _dense(s),
    "map_values": lambda s: 2 * _dense(s),
}


def oracle(op, mode):
    s, d, w = inputs(op, mode)
    if op in LINEAR:
        return _linear.oracle(LINEAR[op], s)
    if op.startswith("matmul"):
        product = _dense(s) @ d
        return {
            "value": (w * product).sum(),
            "d_s": (w[SPARSE_ROWS] * d[COLUMNS]).sum(1),
            "d_d": (_dense(s).T @ w).T if op.endswith("adjoint_b") else _dense(s).T @ w,
        }
    if op in ("multiply", "divide"):
        at = d[COLUMNS]
        if op == "multiply":
            return {"value": (C * s * at).sum(), "d_s": C * at, "d_d": np.bincount(COLUMNS, C * s, 4)}
        return {"value": (C * s / at).sum(), "d_s": C / at, "d_d": np.bincount(COLUMNS, -C * s / at**2, 4)}
    if op == "fill_empty_rows":
        return {"value": C @ np.append(s, 0.5)[[0, 1, 5, 3, 4]], "d_s": C * [1, 1, 0, 1, 1], "d_d": C[2]}
    if op == "softmax":
        p = np.exp(s) / np.bincount(SPARSE_ROWS, np.exp(s))[SPARSE_ROWS]
        return {"value": C @ p, "d_s": p * (C - np.bincount(SPARSE_ROWS, p * C)[SPARSE_ROWS])}
    largest = s == _dense_max(s)[SPARSE_ROWS]
    return {"value": C[:3] @ _dense_max(s), "d_s": largest * C[SPARSE_ROWS]}


def _dense_max(s):
    return np.array([s[SPARSE_ROWS == row].max() for row in range(3)])


def explanations(op, mode):
    if op == "add":
        return {"constant gradient": {"d_xx": np.zeros(5)}}
    return {"no gradient": {"d_x": None, "d_xx": None}} if op == "concat" else {}


def build(op, mode):
    s, d, w = inputs(op, mode)

    def sparse(values, indices=INDICES, shape=(3, 4)):
        return tf.SparseTensor(indices.astype(np.int64), values, shape)

    to_dense = tf.sparse.to_dense
    if op in LINEAR:
        function = {
            "to_dense": lambda s: to_dense(sparse(s)),
            "reduce_sum": lambda s: tf.sparse.reduce_sum(sparse(s), 1),
            "transpose": lambda s: to_dense(tf.sparse.transpose(sparse(s))),
            "reorder": lambda s: tf.sparse.reorder(sparse(s, INDICES[SHUFFLED])).values,
            "slice": lambda s: to_dense(tf.sparse.slice(sparse(s), [0, 1], [2, 3])),
            "concat": lambda s: to_dense(tf.sparse.concat(1, [sparse(s), sparse(2 * s)])),
            "add": lambda s: to_dense(tf.sparse.add(sparse(s), _mirrored(2 * s))),
            "add_dense": lambda s: tf.sparse.add(sparse(s), 2 * to_dense(sparse(s))),
            "map_values": lambda s: to_dense(_take.named("sparse.map_values")(tf.add, sparse(s), sparse(s))),
        }[op]
        return _linear.answers(function, mode, s, LINEAR[op](s).shape)

    def matmul(s, d):
        if op.endswith("adjoint_a"):
            transposed = tf.sparse.reorder(sparse(s, INDICES[:, ::-1], (4, 3)))
            return tf.sparse.sparse_dense_matmul(transposed, d, adjoint_a=True)
        return tf.sparse.sparse_dense_matmul(sparse(s), d, adjoint_b=op.endswith("adjoint_b"))

    function = {
        "multiply": lambda s, d: tf.reduce_sum(C * (sparse(s) * d).values),
        "divide": lambda s, d: tf.reduce_sum(C * (sparse(s) / d).values),
        "fill_empty_rows": lambda s, d: tf.reduce_sum(C * tf.sparse.fill_empty_rows(_without_row_1(s), d)[0].values),
        "softmax": lambda s: tf.reduce_sum(C * tf.sparse.softmax(sparse(s)).values),
        "reduce_max": lambda s: tf.reduce_sum(C[:3] * tf.sparse.reduce_max(sparse(s), 1)),
    }.get(op, lambda s, d: tf.reduce_sum(w * matmul(s, d)))
    if op in ("softmax", "reduce_max"):
        return _take.answers(function, mode, order=1, s=s)
    other = {"fill_empty_rows": np.array(0.5), "matmul_adjoint_b": d.T.copy()}.get(op, d)
    return _take.answers(function, mode, order=1, s=s, d=other)


def _mirrored(values):
    """The values in the opposite order at columns counted from the right: where a mirrored A would hold them."""
    indices = np.stack([SPARSE_ROWS, 3 - COLUMNS], 1).astype(np.int64)
    return tf.sparse.reorder(tf.SparseTensor(indices, values[::-1], (3, 4)))


def _without_row_1(values):
    """The matrix without its row 1, which then is empty."""
    kept = [0, 1, 3, 4]
    return tf.SparseTensor(INDICES[kept].astype(np.int64), tf.gather(values, kept), (3, 4))
