"""Ops that pick, repeat, move or add up elements have the transposed map as gradient and differentiate twice.

Oracle: f = sum of w y^2 / 2 with y = A x has gradient A^T (w A x), and A^T (w A v) is its Hessian times v; A is built from
the op's definition in NumPy, applied to unit vectors (``_linear.py``). Indices repeat, axes are negative strides, batches and
paddings.

"no gradient": an op whose gradient is declared not to exist gives None, although its output depends on x.

Source: documentation of each op; NumPy's indexing.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise._take import named
from cases.indexing import _linear

PARAMS = {
    "op": (
        "gather",
        "gather_axis",
        "gather_batch",
        "gather_batch_axis",
        "gather_nd",
        "gather_nd_rows",
        "gather_nd_batch",
        "boolean_mask",
        "slice_negative",
        "slice_newaxis",
        "strided_update",
        "repeat",
        "tile",
        "pad_constant",
        "pad_reflect",
        "pad_symmetric",
        "reverse",
        "reverse_sequence",
        "sequence_mask",
        "roll",
        "transpose",
        "space_to_depth",
        "depth_to_space",
        "space_to_batch",
        "batch_to_space",
        "extract_patches",
        "broadcast_to",
        "split",
        "unstack",
        "concat",
        "scatter_nd",
        "scatter_add",
        "scatter_sub",
        "scatter_update",
        "dynamic_partition",
        "dynamic_stitch",
        "one_hot",
        "bincount",
    ),
    "mode": ("eager", "unknown", "jit"),
}
EXCLUDE = (
    {"mode": ("unknown", "jit"), "op": ("gather", "gather_nd_rows", "gather_nd_batch", "slice_newaxis")},
    {"mode": ("unknown", "jit"), "op": ("strided_update", "tile", "pad_constant", "reverse", "sequence_mask", "roll")},
    {"mode": ("unknown", "jit"), "op": ("transpose", "space_to_depth", "depth_to_space", "space_to_batch")},
    {"mode": ("unknown", "jit"), "op": ("batch_to_space", "broadcast_to", "split", "unstack", "concat")},
    {"mode": ("unknown", "jit"), "op": ("scatter_add", "scatter_sub", "scatter_update", "dynamic_stitch", "one_hot")},
    {"mode": ("unknown", "jit"), "op": ("bincount", "pad_reflect", "extract_patches", "gather_batch_axis")},
    {"mode": "unknown", "op": ("gather_nd", "slice_negative", "pad_symmetric", "reverse_sequence", "scatter_nd")},
    {"mode": "jit", "op": ("gather_axis", "gather_batch", "boolean_mask", "repeat", "dynamic_partition", "gather_nd")},
    {"mode": "jit", "op": "scatter_nd"},
)
RTOL = 1e-14  # float64
PAIRS, MASK = [[0, 1], [3, 2], [0, 1]], np.arange(16).reshape(4, 4) % 3 == 0
BATCH, BATCH_AXIS = np.array([[1, 1], [0, 3], [2, 1], [3, 3]]), np.array([[1, 1, 0], [0, 1, 0]])
PADDINGS, LENGTHS, ROWS = [[1, 2], [2, 1]], [1, 4, 2, 0], [[1], [0], [1], [3]]


def inputs(op, mode):
    shape = {
        "gather_batch_axis": (2, 3, 2),
        "space_to_depth": (1, 4, 4, 1),
        "depth_to_space": (1, 2, 2, 4),
        "space_to_batch": (1, 4, 4, 1),
        "batch_to_space": (4, 2, 2, 1),
        "extract_patches": (1, 4, 4, 1),
        "one_hot": (2,),
        "bincount": (4,),
    }.get(op, (4, 4))
    return np.random.RandomState(413).normal(size=shape)


def _scattered(x, into, sign=1.0):
    result = np.array(into)
    np.add.at(result, np.array(ROWS)[:, 0], sign * x)
    return result


def _blocks(x):
    """From (1, 2, 2, 4) to (1, 4, 4, 1): the last axis is a block of 2 by 2."""
    return x.reshape(1, 2, 2, 2, 2, 1).transpose(0, 1, 3, 2, 4, 5).reshape(1, 4, 4, 1)


def _updated(x, rows, values):
    result = np.array(x)
    result[rows] = values
    return result


NUMPY = {
    "gather": lambda x: x[[2, 0, 2]],
    "gather_axis": lambda x: x[:, [3, 1, 1]],
    "gather_batch": lambda x: np.take_along_axis(x, BATCH, 1),
    "gather_batch_axis": lambda x: np.stack([x[b][:, BATCH_AXIS[b]] for b in range(2)]),
    "gather_nd": lambda x: np.array([x[i, j] for i, j in PAIRS]),
    "gather_nd_rows": lambda x: x[[2, 0, 2]],
    "gather_nd_batch": lambda x: x[np.arange(4), [1, 3, 0, 3]],
    "boolean_mask": lambda x: x[MASK],
    "slice_negative": lambda x: x[::-2, 1:3],
    "slice_newaxis": lambda x: x[None, 1, ..., ::3, None],
    "strided_update": lambda x: _updated(x, slice(1, 3), 2 * x[2:4]),
    "repeat": lambda x: np.repeat(x, [2, 0, 1, 3], 0),
    "tile": lambda x: np.tile(x, (2, 3)),
    "pad_constant": lambda x: np.pad(x, PADDINGS, "constant"),
    "pad_reflect": lambda x: np.pad(x, PADDINGS, "reflect"),
    "pad_symmetric": lambda x: np.pad(x, PADDINGS, "symmetric"),
    "reverse": lambda x: x[::-1, ::-1],
    "reverse_sequence": lambda x: np.stack([np.append(row[:n][::-1], row[n:]) for row, n in zip(x, LENGTHS)]),
    "sequence_mask": lambda x: x * (np.arange(4) < np.array(LENGTHS)[:, None]),
    "roll": lambda x: np.roll(x, (1, -2), (0, 1)),
    "transpose": lambda x: x.T,
    "space_to_depth": lambda x: x.reshape(1, 2, 2, 2, 2, 1).transpose(0, 1, 3, 2, 4, 5).reshape(1, 2, 2, 4),
    "depth_to_space": _blocks,
    "space_to_batch": lambda x: np.concatenate([x[:, i::2, j::2] for i in (0, 1) for j in (0, 1)]),
    "batch_to_space": lambda x: _blocks(x.transpose(1, 2, 0, 3).reshape(1, 2, 2, 4))[:, 1:, :3],
    "extract_patches": lambda x: np.stack([x[:, i : i + 3, j : j + 3, 0] for i in (0, 1) for j in (0, 1)], -1),
    "broadcast_to": lambda x: np.broadcast_to(x[:, None], (4, 3, 4)),
    "split": lambda x: x[1:],
    "unstack": lambda x: x[:, 2] - x[:, 0],
    "concat": lambda x: np.concatenate([x, 2 * x, x[:1]]),
    "scatter_nd": lambda x: _scattered(x, np.zeros((5, 4))),
    "scatter_add": lambda x: _scattered(2 * x, x),
    "scatter_sub": lambda x: _scattered(2 * x, x, -1.0),
    "scatter_update": lambda x: _updated(x, [2, 0], 2 * x[1:3]),
    "dynamic_partition": lambda x: np.concatenate([2 * x[1::2], x[::2]]),
    "dynamic_stitch": lambda x: x[[2, 0, 3, 1]],
    "one_hot": lambda x: np.where(np.eye(3)[[1, 0, 2]] > 0, x[0], x[1]),
    "bincount": lambda x: np.array([x[0], x[3], x[1] + x[2]]),
}


def oracle(op, mode):
    return _linear.oracle(NUMPY[op], inputs(op, mode))


def explanations(op, mode):
    return {"no gradient": {"d_x": None, "d_xx": None}} if op in ("one_hot", "bincount") else {}


def _partitioned(x):
    first, second = tf.dynamic_partition(x, [1, 0, 1, 0], 2)
    return tf.concat([2 * first, second], 0)


TENSORFLOW = {
    "gather": lambda x: tf.gather(x, [2, 0, 2]),
    "gather_axis": lambda x: tf.gather(x, [3, 1, 1], axis=1),
    "gather_batch": lambda x: tf.gather(x, BATCH, axis=1, batch_dims=1),
    "gather_batch_axis": lambda x: tf.gather(x, BATCH_AXIS, axis=2, batch_dims=1),
    "gather_nd": lambda x: tf.gather_nd(x, PAIRS),
    "gather_nd_rows": lambda x: tf.gather_nd(x, [[2], [0], [2]]),
    "gather_nd_batch": lambda x: tf.gather_nd(x, [[1], [3], [0], [3]], batch_dims=1),
    "boolean_mask": lambda x: tf.boolean_mask(x, MASK),
    "slice_negative": lambda x: x[::-2, 1:3],
    "slice_newaxis": lambda x: x[None, 1, ..., ::3, None],
    "strided_update": lambda x: named("raw_ops.TensorStridedSliceUpdate")(
        input=x, begin=[1, 0], end=[3, 4], strides=[1, 1], value=2 * x[2:4]
    ),
    "repeat": lambda x: named("repeat")(x, [2, 0, 1, 3], axis=0),
    "tile": lambda x: tf.tile(x, (2, 3)),
    "pad_constant": lambda x: tf.pad(x, PADDINGS),
    "pad_reflect": lambda x: tf.pad(x, PADDINGS, "REFLECT"),
    "pad_symmetric": lambda x: tf.pad(x, PADDINGS, "SYMMETRIC"),
    "reverse": lambda x: tf.reverse(x, [0, 1]),
    "reverse_sequence": lambda x: tf.reverse_sequence(x, LENGTHS, seq_axis=1, batch_axis=0),
    "sequence_mask": lambda x: x * tf.sequence_mask(LENGTHS, 4, dtype=x.dtype),
    "roll": lambda x: tf.roll(x, [1, -2], [0, 1]),
    "transpose": tf.transpose,
    "space_to_depth": lambda x: tf.nn.space_to_depth(x, 2),
    "depth_to_space": lambda x: tf.nn.depth_to_space(x, 2),
    "space_to_batch": lambda x: tf.space_to_batch(x, [2, 2], [[0, 0], [0, 0]]),
    "batch_to_space": lambda x: tf.batch_to_space(x, [2, 2], [[1, 0], [0, 1]]),
    "extract_patches": lambda x: tf.image.extract_patches(x, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], "VALID"),
    "broadcast_to": lambda x: tf.broadcast_to(x[:, None], [4, 3, 4]),
    "split": lambda x: tf.split(x, [1, 3])[1],
    "unstack": lambda x: tf.unstack(x, axis=1)[2] - tf.unstack(x, axis=1)[0],
    "concat": lambda x: tf.concat([x, 2 * x, x[:1]], 0),
    "scatter_nd": lambda x: tf.scatter_nd(ROWS, x, [5, 4]),
    "scatter_add": lambda x: tf.tensor_scatter_nd_add(x, ROWS, 2 * x),
    "scatter_sub": lambda x: tf.tensor_scatter_nd_sub(x, ROWS, 2 * x),
    "scatter_update": lambda x: tf.tensor_scatter_nd_update(x, [[2], [0]], 2 * x[1:3]),
    "dynamic_partition": _partitioned,
    "dynamic_stitch": lambda x: tf.dynamic_stitch([[1, 3], [0, 2]], [x[:2], x[2:]]),
    "one_hot": lambda x: tf.one_hot([1, 0, 2], 3, on_value=x[0], off_value=x[1], dtype=x.dtype),
    "bincount": lambda x: tf.math.bincount([0, 2, 2, 1], weights=x),
}


def build(op, mode):
    x = inputs(op, mode)
    return _linear.answers(TENSORFLOW[op], mode, x, NUMPY[op](x).shape)
