"""Pooling has the gradient of what it selects or averages, in overlapping and padded windows, in two and three dimensions.

Where all numbers differ, the largest of a window is a selection, which stays the same nearby: y = M x with one 1 in each row
of M. The mean has 1/n for the n inputs of a window; what SAME pads does not count. Dilation is the largest of x + f over a
window, f fixed: M x + c. Oracle: the adjoint of M (``linalg/_linear.py``), with windows that SAME places as a convolution
does.

Source: documentation of tf.nn.max_pool, avg_pool, max_pool_with_argmax, dilation2d.
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _linear

PARAMS = {
    "op": ("max_overlap", "max_same", "max_explicit", "max_3d", "max_argmax", "average_same", "average_3d", "dilation"),
    "how": ("eager_second", "eager_first", "graph_first"),
}
EXCLUDE = (
    {"how": "eager_first", "op": ("max_overlap", "max_same", "max_3d", "average_same", "average_3d")},
    {"how": "graph_first", "op": ("max_overlap", "max_explicit", "max_3d", "max_argmax", "average_3d", "dilation")},
)
RTOL = 1e-5  # float32
TIME_LIMIT_S = 20.0
# Edge of the window, stride, and the padding before and after each axis.
WINDOWS = {
    "max_overlap": (2, 1, (0, 0)),
    "max_same": (3, 2, (0, 1)),
    "max_explicit": (2, 2, (1, 1)),
    "max_3d": (2, 1, (0, 0)),
    "max_argmax": (2, 1, (0, 0)),
    "average_same": (3, 2, (0, 1)),
    "average_3d": (2, 2, (0, 1)),
    "dilation": (2, 1, (0, 0)),
}


def inputs(op, how):
    random = np.random.RandomState(101)
    shape = (3, 3, 3) if op.endswith("3d") else (4, 4)
    return (random.permutation(int(np.prod(shape))) / 8.0).reshape((1,) + shape + (1,)).astype(np.float32)


FILTER = np.array([[0.31, -0.22], [0.1, 0.45]])


def _windows(op, shape):
    """Of every output: ``(index of the input, offset in the window)`` of what its window holds of the image."""
    edge, stride, (before, after) = WINDOWS[op]
    outputs = [(n + before + after - edge) // stride + 1 for n in shape]
    for place in np.ndindex(*outputs):
        taken = []
        for offset in np.ndindex(*(edge,) * len(shape)):
            index = tuple(stride * p + o - before for p, o in zip(place, offset))
            if all(0 <= i < n for i, n in zip(index, shape)):
                taken.append((index, offset))
        yield taken


def _map(op, how):
    """The matrix, the input, and what is added."""
    x = inputs(op, how)
    image = x[0, ..., 0]
    rows, added = [], []
    for taken in _windows(op, image.shape):
        row = np.zeros(image.shape)
        if op.startswith("average"):
            for index, _ in taken:
                row[index] = 1.0 / len(taken)
            added.append(0.0)
        else:
            plus = (lambda offset: FILTER[offset]) if op == "dilation" else (lambda offset: 0.0)
            index, offset = max(taken, key=lambda each: image[each[0]] + plus(each[1]))
            row[index] = 1.0
            added.append(plus(offset))
        rows.append(row.reshape(-1))
    return np.array(rows), x, np.array(added)


def oracle(op, how):
    m, x, added = _map(op, how)
    return _linear.oracle(m, x, how, offset=added)


def build(op, how):
    edge, stride, _ = WINDOWS[op]
    padding = "SAME" if op.endswith("same") or op == "average_3d" else "VALID"

    def operation(x):
        return {
            "max_explicit": lambda: tf.nn.max_pool2d(x, edge, stride, [[0, 0], [1, 1], [1, 1], [0, 0]]),
            "max_3d": lambda: tf.nn.max_pool3d(x, edge, stride, padding),
            "max_argmax": lambda: tf.nn.max_pool_with_argmax(x, edge, stride, padding)[0],
            "average_same": lambda: tf.nn.avg_pool2d(x, edge, stride, padding),
            "average_3d": lambda: tf.nn.avg_pool3d(x, edge, stride, padding),
            "dilation": lambda: tf.nn.dilation2d(
                x, tf.constant(FILTER[..., None], tf.float32), [1, 1, 1, 1], padding, "NHWC", [1, 1, 1, 1]
            ),
        }.get(op, lambda: tf.nn.max_pool2d(x, edge, stride, padding))()

    m, x, _ = _map(op, how)
    return _linear.answers(operation, m, x, how)
