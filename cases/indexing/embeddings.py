"""Embedding lookups have the gradients of the rows they combine, in the table and in the weights, first and second.

Rows r of ids i with weights q. Oracle: ``sum`` y_r = sum of q x_i; ``mean`` that divided by the sum of q; ``sqrt_n`` divided
by the root of the sum of q^2; without weights q = 1. Each is linear in the table x: f = sum of w y^2 / 2 has gradient A^T (w
y) and Hessian times v A^T (w A v). In the weights, with g = w y: sum g . x_i; mean g . (x_i - y) / Q; sqrt_n g . (x_i - y q_i
/ |q|) / |q|. ``safe`` gives 0 for the empty row, ``max_norm`` scales a row longer than m to x m / |x|, whose derivative of c
. y is m (c - e (e . c)) / |x|, e = x / |x|. ``segment`` is the op below, tf.sparse.segment_sum and its relatives.

``first`` asks for first derivatives only, ``second`` for the Hessian as well.

Source: documentation of tf.nn.embedding_lookup_sparse.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take
from cases.indexing import _linear

PARAMS = {
    "op": ("sum", "mean", "sqrtn", "segment_sum", "segment_mean", "segment_sqrt_n", "safe", "lookup", "max_norm"),
    "weights": ("none", "given"),
    "order": ("first", "second"),
}
EXCLUDE = (
    {"weights": "given", "op": ("segment_sum", "segment_mean", "segment_sqrt_n", "safe", "lookup", "max_norm")},
    {"weights": "none", "order": "first", "op": "lookup"},
    {"weights": "given", "order": "second"},
    {"op": "max_norm", "order": "second"},
)
RTOL = 1e-13  # float64
IDS = np.array([1, 3, 1, 0, 2, 3])
ROWS = np.array([0, 0, 0, 1, 2, 2])
NORM = 1.5


def inputs(op, weights, order):
    random = np.random.RandomState(431)
    table = random.normal(size=(4, 2)) * 1.5
    return table, np.array([0.5, 1.5, 0.8, 2.0, 1.2, 0.7]) if weights == "given" else np.ones(6)


def _rows(op):
    return np.array([0, 0, 0, 2, 2, 2]) if op == "safe" else ROWS


def _divisor(op, q, rows):
    """By row, what the weighted sum is divided by; 1 for an empty row."""
    total = np.bincount(rows, q**2 if op.endswith(("sqrtn", "sqrt_n")) else q, 3)
    total = np.where(total == 0, 1.0, total)
    if op.endswith(("sqrtn", "sqrt_n")):
        return np.sqrt(total)
    return np.ones(3) if op.endswith("sum") else total


def _combined(op, q):
    """The map from the table to y."""
    rows = _rows(op)

    def apply(x):
        if op == "lookup":
            return x[IDS]
        y = np.zeros((3, 2))
        np.add.at(y, rows, q[:, None] * x[IDS])
        return y / _divisor(op, q, rows)[:, None]

    return apply


def oracle(op, weights, order):
    x, q = inputs(op, weights, order)
    if op == "max_norm":
        c = _linear.weights((6, 2))
        r = np.sqrt((x**2).sum(1, keepdims=True))
        e, factor, total = x / r, np.minimum(1, NORM / r), np.zeros((4, 2))
        np.add.at(total, IDS, c)
        long = NORM * (total - e * (e * total).sum(1, keepdims=True)) / r
        return {"value": (total * factor * x).sum(), "d_x": np.where(r > NORM, long, total)}
    outputs = _linear.oracle(_combined(op, q), x, 2 if order == "second" else 1)
    if weights == "given":
        y, n = _combined(op, q)(x), _divisor(op, q, ROWS)
        moved = {"sum": 0 * y, "mean": y, "sqrtn": y / n[:, None]}[op][ROWS] * (q[:, None] if op == "sqrtn" else 1)
        outputs["d_q"] = ((_linear.weights(y.shape) * y)[ROWS] * (x[IDS] - moved) / n[ROWS][:, None]).sum(1)
    return outputs


def build(op, weights, order):
    x, q = inputs(op, weights, order)
    indices = np.stack([_rows(op), np.arange(6) % 3], 1).astype(np.int64)
    ids = tf.SparseTensor(indices, IDS.astype(np.int64), (3, 3))

    def lookup(x, q=None):
        if op == "lookup":
            return tf.nn.embedding_lookup(x, IDS)
        if op == "max_norm":
            return tf.nn.embedding_lookup(x, IDS, max_norm=NORM)
        if op == "safe":
            return tf.nn.safe_embedding_lookup_sparse(x, ids, combiner="mean")
        if op.startswith("segment"):
            return getattr(tf.sparse, op)(x, IDS.astype(np.int32), ROWS.astype(np.int32))
        combined = None if q is None else tf.SparseTensor(indices, q, (3, 3))
        return tf.nn.embedding_lookup_sparse(x, ids, combined, combiner=op)

    if weights == "given":
        w = _linear.weights((3, 2))
        return _take.answers(lambda x, q: tf.reduce_sum(w * lookup(x, q) ** 2) / 2, "eager", order=1, x=x, q=q)
    if op == "max_norm":
        c = _linear.weights((6, 2))
        return _take.answers(lambda x: tf.reduce_sum(c * lookup(x)), "eager", order=1, x=x)
    return _linear.answers(lookup, "eager", x, _combined(op, q)(x).shape, 2 if order == "second" else 1)
