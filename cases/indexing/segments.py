"""Segment reductions have the derivatives of the reduction of each segment, first and second, next to segments that are empty.

Asked of f = S^2 / 2 with S = w . y, y the reductions of x by segment and w 0 for an empty one. Oracle, with J the Jacobian of
y: gradient S J^T w; Hessian times v J^T w (w . J v) + S times the sum of w_k (Hessian of y_k) v. Rows of J: ones (sum), ones
/ n (mean), ones / sqrt(n) (sqrt_n), ones / m for the m elements that equal the extreme (max, min), the product of the others
(prod), whose Hessian holds the products of all but two. At ties and for one zero or two zeros in a product the formulas are
the same; at ties only the first derivative is asked.

- ``empty``: segment 1 has no element. ``dropped``: a negative id leaves its element out (unsorted only).

"0 / 0": the second derivative of a rule that divides by the number of elements of every segment is NaN through S, wherever
there is a gradient; that of unsorted_segment_prod, which divides by every element, in the segment that has the zero, of which
the elements that are not zero are spared where it has two. "no second zero": the rule of segment_prod puts 0 for the gradient
of a segment with two zeros, as a constant, so that the product of the others is missing between the two.

Source: documentation of tf.math.segment_mean and its relatives; tensorflow/python/ops/math_grad.py.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {
    "op": (
        "segment_sum",
        "segment_mean",
        "segment_max",
        "segment_min",
        "segment_prod",
        "unsorted_segment_sum",
        "unsorted_segment_mean",
        "unsorted_segment_sqrt_n",
        "unsorted_segment_max",
        "unsorted_segment_min",
        "unsorted_segment_prod",
    ),
    "data": ("empty", "dropped", "ties", "one_zero", "two_zeros"),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {"data": "dropped", "op": ("segment_sum", "segment_mean", "segment_max", "segment_min", "segment_prod")},
    {"data": "dropped", "op": ("unsorted_segment_sum", "unsorted_segment_min")},
    {"data": "ties", "op": ("segment_sum", "segment_mean", "segment_prod", "unsorted_segment_sum")},
    {"data": "ties", "op": ("unsorted_segment_mean", "unsorted_segment_sqrt_n", "unsorted_segment_prod")},
    {"data": ("one_zero", "two_zeros"), "op": ("segment_sum", "segment_mean", "segment_max", "segment_min")},
    {"data": ("one_zero", "two_zeros"), "op": ("unsorted_segment_sum", "unsorted_segment_mean")},
    {"data": ("one_zero", "two_zeros"), "op": ("unsorted_segment_sqrt_n", "unsorted_segment_max")},
    {"data": ("one_zero", "two_zeros"), "op": "unsorted_segment_min"},
    {"mode": "graph", "op": ("segment_sum", "segment_min", "segment_prod", "unsorted_segment_sum")},
    {"mode": "graph", "op": ("unsorted_segment_mean", "unsorted_segment_sqrt_n", "unsorted_segment_min")},
    {"mode": "graph", "op": ("unsorted_segment_prod", "unsorted_segment_max")},
    {"mode": "graph", "data": ("dropped", "ties", "one_zero", "two_zeros")},
)
RTOL = 1e-13  # float64
W = np.array([0.7, 0.0, 1.1, -0.4])
V = np.array([0.5, 1.2, -0.8, 0.3, 1.0, -0.6, 0.9])


def inputs(op, data, mode):
    x = np.array([1.5, -2.0, 0.5, 3.0, -1.0, 2.5, 0.75])
    ids = np.array([0, 0, 0, 2, 2, 3, 3])
    if data == "dropped":
        ids = np.array([0, -1, 0, 3, 2, 2, -1])
    if data == "ties":
        x = np.array([1.5, 1.5, 1.5, 3.0, -1.0, 2.0, 2.0])
    if data == "one_zero":
        x[1] = 0.0
    if data == "two_zeros":
        x[1:3] = 0.0
    return x, ids


def _reduced(kind, x):
    """Value, row of the Jacobian and Hessian of the reduction of one segment."""
    n, flat = len(x), np.zeros((len(x), len(x)))
    if kind in ("sum", "mean", "sqrt_n"):
        row = np.full(n, {"sum": 1.0, "mean": 1.0 / n, "sqrt_n": n**-0.5}[kind])
        return row @ x, row, flat
    if kind in ("max", "min"):
        value = getattr(x, kind)()
        return value, (x == value) / np.sum(x == value), flat
    others = np.array([np.prod(np.delete(x, i)) for i in range(n)])
    pairs = [[0.0 if i == j else np.prod(np.delete(x, [i, j])) for j in range(n)] for i in range(n)]
    return np.prod(x), others, np.array(pairs)


def _answer(op, data, mode, keep_pairs=True):
    x, ids = inputs(op, data, mode)
    total, jw, bent = 0.0, np.zeros(7), np.zeros(7)
    for k in (0, 2, 3):
        members = ids == k
        value, row, hessian = _reduced(op.partition("segment_")[2], x[members])
        total, jw[members] = total + W[k] * value, W[k] * row
        if keep_pairs or np.sum(x[members] == 0) < 2:
            bent[members] = W[k] * (hessian @ V[members])
    outputs = {"value": total**2 / 2, "d_x": total * jw}
    return outputs if data == "ties" else dict(outputs, d_xx=jw * (jw @ V) + total * bent)


def oracle(op, data, mode):
    return _answer(op, data, mode)


def explanations(op, data, mode):
    if data == "ties":
        return {}
    x, ids = inputs(op, data, mode)
    right = oracle(op, data, mode)
    undefined = right["d_x"] != 0
    if data == "one_zero":
        undefined = ids == ids[x == 0]
    if data == "two_zeros":
        undefined = x == 0
    wrong = {"d_xx": np.where(undefined, np.nan, right["d_xx"])}
    return {"0 / 0": wrong, "no second zero": _answer(op, data, mode, keep_pairs=False)}


def build(op, data, mode):
    x, ids = inputs(op, data, mode)
    reduction = getattr(tf.math, op)

    def function(x):
        y = reduction(x, ids, 4) if op.startswith("unsorted") else reduction(x, ids)
        return tf.reduce_sum(W * y) ** 2 / 2

    return _take.answers(function, mode, order=1 if data == "ties" else 2, directions={"x": V}, x=x)
