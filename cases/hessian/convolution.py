"""The Hessian of half the squared output of a convolution is M^T M, with M the convolution's matrix.

f = sum(conv(x, k)^2) / 2 is quadratic in the kernel and in the image. Oracle: M column by column in NumPy, as the output for each
unit kernel or image by the definition y_ijo = sum_abc x_(i+a, j+b, c) k_abco (cross-correlation, VALID; for depthwise without
the sum over c; for the transposed convolution with x and y exchanged); gradient M^T M v, Hessian M^T M.

Source: documentation of tf.nn.conv2d, depthwise_conv2d, conv2d_transpose; tensorflow/tensorflow #38391 (Hessian of Conv1D).
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {
    "op": ("conv1d", "conv2d", "depthwise", "transposed"),
    "source": ("kernel", "image"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = (
    {"op": ("conv1d", "transposed"), "source": "image"},
    {"how": "graph_while", "op": ("conv1d", "transposed")},
    {"op": "depthwise", "source": "image"},
    {"how": "graph_while", "op": "depthwise"},
    {"how": "graph_while", "source": "image"},
)
RTOL = 1e-13  # float64
TIME_LIMIT_S = 20.0
KERNELS = {"conv1d": (2, 2, 2), "conv2d": (2, 2, 1, 2), "depthwise": (2, 2, 2, 1), "transposed": (2, 2, 2, 1)}
IMAGES = {"conv1d": (1, 4, 2), "conv2d": (1, 3, 3, 1), "depthwise": (1, 3, 3, 2), "transposed": (1, 2, 2, 1)}


def inputs(op, source, how):
    random = np.random.RandomState(67)
    return random.normal(size=IMAGES[op]), random.normal(size=KERNELS[op])


def _convolve(op, x, k):
    x = x[0]
    if op == "conv1d":
        return sum(x[a : a + 3] @ k[a] for a in range(2))
    windows = [(a, b) for a in range(2) for b in range(2)]
    if op == "conv2d":
        return sum(x[a : a + 2, b : b + 2] @ k[a, b] for a, b in windows)
    if op == "depthwise":
        return sum(x[a : a + 2, b : b + 2] * k[a, b, :, 0] for a, b in windows)
    y = np.zeros((3, 3, 2))
    for a, b in windows:
        y[a : a + 2, b : b + 2] += x @ k[a, b].T
    return y


def oracle(op, source, how):
    x, k = inputs(op, source, how)
    v = k if source == "kernel" else x
    units = np.eye(v.size).reshape((v.size,) + v.shape)
    outputs = [_convolve(op, x, unit) if source == "kernel" else _convolve(op, unit, k) for unit in units]
    matrix = np.stack([y.reshape(-1) for y in outputs], axis=1)
    y = matrix @ v.reshape(-1)
    return {
        "value": (y**2).sum() / 2,
        "gradient": (matrix.T @ y).reshape(v.shape),
        "hessian": (matrix.T @ matrix).reshape(v.shape + v.shape),
    }


def build(op, source, how):
    image, kernel = inputs(op, source, how)

    def function(v):
        x, k = (tf.constant(image), v) if source == "kernel" else (v, tf.constant(kernel))
        y = {
            "conv1d": lambda: tf.nn.conv1d(x, k, 1, "VALID"),
            "conv2d": lambda: tf.nn.conv2d(x, k, 1, "VALID"),
            "depthwise": lambda: tf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], "VALID"),
            "transposed": lambda: tf.nn.conv2d_transpose(x, k, [1, 3, 3, 2], 1, "VALID"),
        }[op]()
        return tf.reduce_sum(y * y) / 2

    mode, loop = how.split("_")
    return _take.answers(function, mode, loop, kernel if source == "kernel" else image)
