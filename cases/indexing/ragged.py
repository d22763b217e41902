"""Ragged ops have the gradients of what they do to the flat values, first and second.

Seven values x in rows of 3, 0, 2 and 2 (1 in place of 0 for the mean, which has no value for an empty row; the last row is
then 1 shorter). Oracle: each op is linear, y = A x, so that f = sum of w y^2 / 2 has gradient A^T (w y) and Hessian times v
A^T (w A v), with A read off the NumPy version on lists of rows (``_linear.py``).

Source: TensorFlow guide, "Ragged tensors"; documentation of tf.RaggedTensor.
"""

import numpy as np
import tensorflow as tf

from cases.indexing import _linear

PARAMS = {
    "op": (
        "reduce_sum",
        "reduce_sum_columns",
        "reduce_mean",
        "to_tensor",
        "from_tensor",
        "gather",
        "concat",
        "slice",
        "row",
        "boolean_mask",
        "map_flat_values",
        "multiply_rows",
        "tile",
    ),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {"mode": "graph", "op": ("reduce_sum_columns", "from_tensor", "concat", "slice", "boolean_mask")},
    {"mode": "graph", "op": ("map_flat_values", "multiply_rows", "tile", "reduce_mean", "row")},
)
RTOL = 1e-14  # float64
MASK = [True, False, True, True, False, True, True]


def inputs(op, mode):
    return np.random.RandomState(441).normal(size=(3, 4) if op == "from_tensor" else 7)


def _lengths(op):
    return [3, 1, 2, 1] if op == "reduce_mean" else [3, 0, 2, 2]


def _split(x, op):
    return np.split(x, np.cumsum(_lengths(op))[:-1])


def _padded(rows, width):
    return np.stack([np.append(row, np.zeros(width - len(row))) for row in rows])


def _numpy(op):
    """The op on the flat values; rows come out flat, one after the other."""
    return {
        "reduce_sum": lambda x: np.array([row.sum() for row in _split(x, op)]),
        "reduce_sum_columns": lambda x: _padded(_split(x, op), 3).sum(0),
        "reduce_mean": lambda x: np.array([row.mean() for row in _split(x, op)]),
        "to_tensor": lambda x: _padded(_split(x, op), 3),
        "from_tensor": lambda x: np.concatenate([x[0, :2], x[2, :4]]),
        "gather": lambda x: np.concatenate([_split(x, op)[i] for i in (2, 0, 2, 1)]),
        "concat": lambda x: np.concatenate([np.append(row, 2 * row) for row in _split(x, op)]),
        "slice": lambda x: np.concatenate([row[:-1] for row in _split(x, op)]),
        "row": lambda x: _split(x, op)[2],
        "boolean_mask": lambda x: x[np.array(MASK)],
        "map_flat_values": lambda x: 2 * x,
        "multiply_rows": lambda x: x * np.repeat([1.0, 2.0, 3.0, 4.0], _lengths(op)),
        "tile": lambda x: np.tile(x, 2),
    }[op]


def oracle(op, mode):
    return _linear.oracle(_numpy(op), inputs(op, mode))


def build(op, mode):
    x = inputs(op, mode)

    def function(x):
        if op == "from_tensor":
            return tf.RaggedTensor.from_tensor(x, [2, 0, 4]).flat_values
        ragged = tf.RaggedTensor.from_row_lengths(x, _lengths(op))
        factors = tf.constant([[1.0], [2.0], [3.0], [4.0]], x.dtype)
        mask = tf.RaggedTensor.from_row_lengths(MASK, _lengths(op))
        result = {
            "reduce_sum": lambda: tf.reduce_sum(ragged, 1),
            "reduce_sum_columns": lambda: tf.reduce_sum(ragged, 0),
            "reduce_mean": lambda: tf.reduce_mean(ragged, 1),
            "to_tensor": lambda: ragged.to_tensor(),
            "gather": lambda: tf.gather(ragged, [2, 0, 2, 1]),
            "concat": lambda: tf.concat([ragged, 2 * ragged], 1),
            "slice": lambda: ragged[:, :-1],
            "row": lambda: ragged[2],
            "boolean_mask": lambda: tf.ragged.boolean_mask(ragged, mask),
            "map_flat_values": lambda: tf.ragged.map_flat_values(tf.add, ragged, ragged),
            "multiply_rows": lambda: ragged * factors,
            "tile": lambda: tf.tile(ragged, [2, 1]),
        }[op]()
        return result.flat_values if isinstance(result, tf.RaggedTensor) else result

    return _linear.answers(function, mode, x, _numpy(op)(x).shape)
