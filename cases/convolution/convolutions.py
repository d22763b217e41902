"""Convolutions have the adjoints of their sums as gradients, in image and kernel, with strides, dilations, groups and paddings.

y_(i, o) = sum over offsets a and channels c of x_(s i + d a - p, c) k_(a, c, o), stride s, dilation d, padding p with zeros;
SAME has ceil(n/s) outputs and pads what they need, the smaller half before. Groups: output channels take their share of the
input channels only; depthwise is as many groups as channels. A transposed convolution is the transpose, in the image, of the
convolution that maps its output's shape to its input's. All are linear in image and in kernel. Oracle: the adjoint of the
matrix that NumPy builds from these sums (``linalg/_linear.py``), and of the Hessian's product with a direction.

Source: documentation of tf.nn.convolution; Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _linear

PARAMS = {
    "op": (
        "conv1d_strided",
        "conv2d_even_kernel",
        "conv2d_dilated",
        "conv2d_grouped",
        "conv2d_explicit",
        "conv2d_channels_first",
        "conv3d_strided",
        "conv3d_dilated",
        "convolution_dilated",
        "transposed_even",
        "transposed_odd",
        "depthwise_strided",
        "depthwise_dilated",
    ),
    "source": ("image", "kernel"),
    "how": ("eager_second", "graph_first", "jit_first"),
}
EXCLUDE = (
    {
        "how": ("graph_first", "jit_first"),
        "op": ("conv1d_strided", "conv2d_even_kernel", "conv2d_explicit", "conv3d_strided"),
    },
    {
        "how": ("graph_first", "jit_first"),
        "op": ("convolution_dilated", "transposed_even", "transposed_odd", "depthwise_strided"),
    },
    {"how": ("graph_first", "jit_first"), "op": ("depthwise_dilated", "conv3d_dilated")},
    {"how": ("graph_first", "jit_first"), "source": "kernel"},
    {"how": "graph_first", "op": "conv2d_channels_first"},
    {"how": "jit_first", "op": "conv2d_dilated"},
)
RTOL = 1e-12  # float64: sums of some ten products
TIME_LIMIT_S = 30.0
SHAPES = {
    "conv1d_strided": ((1, 7, 2), (3, 2, 2)),
    "conv2d_even_kernel": ((1, 5, 4, 1), (2, 2, 1, 2)),
    "conv2d_dilated": ((1, 5, 4, 1), (2, 2, 1, 1)),
    "conv2d_grouped": ((1, 3, 3, 4), (2, 2, 2, 2)),
    "conv2d_explicit": ((1, 3, 3, 1), (2, 2, 1, 1)),
    "conv2d_channels_first": ((1, 2, 3, 3), (2, 2, 2, 1)),
    "conv3d_strided": ((1, 3, 3, 2, 1), (2, 2, 2, 1, 1)),
    "conv3d_dilated": ((1, 4, 3, 3, 1), (2, 2, 2, 1, 1)),
    "convolution_dilated": ((1, 4, 5, 1), (2, 3, 1, 1)),
    "transposed_even": ((1, 2, 2, 1), (3, 3, 1, 1)),
    "transposed_odd": ((1, 2, 2, 1), (3, 3, 1, 1)),
    "depthwise_strided": ((1, 4, 4, 2), (3, 3, 2, 1)),
    "depthwise_dilated": ((1, 4, 4, 2), (2, 2, 2, 2)),
}
SAME = ("conv1d_strided", "conv2d_even_kernel", "conv3d_strided", "convolution_dilated", "depthwise_strided")
OUTPUTS = {"transposed_even": (1, 4, 4, 1), "transposed_odd": (1, 3, 3, 1)}


def inputs(op, source, how):
    random = np.random.RandomState(89)
    image, kernel = SHAPES[op]
    return random.normal(size=image), random.normal(size=kernel)


def _convolve(x, k, stride, dilation, pads, groups):
    """The definition; ``pads`` is SAME, VALID or numbers for each axis."""
    window = k.shape[:-2]
    reach = [(w - 1) * dilation + 1 for w in window]
    if pads == "SAME":
        needed = [max((-(-n // stride) - 1) * stride + r - n, 0) for n, r in zip(x.shape[1:], reach)]
        pads = [(n // 2, n - n // 2) for n in needed]
    elif pads == "VALID":
        pads = [(0, 0)] * len(window)
    x = np.pad(x, [(0, 0)] + list(pads) + [(0, 0)], "constant")
    sizes = [(n - r) // stride + 1 for n, r in zip(x.shape[1:], reach)]
    y = np.zeros((1,) + tuple(sizes) + (k.shape[-1],))
    of_group, outputs = x.shape[-1] // groups, k.shape[-1] // groups
    for offset in np.ndindex(*window):
        first = [dilation * a for a in offset]
        taken = x[(0,) + tuple(slice(f, f + stride * (n - 1) + 1, stride) for f, n in zip(first, sizes))]
        for group in range(groups):
            channels = taken[..., of_group * group : of_group * (group + 1)]
            to = slice(outputs * group, outputs * (group + 1))
            y[0, ..., to] += channels @ k[offset][:, to]
    return y


def _define(op, x, k):
    stride = 2 if op.endswith("strided") or op == "conv2d_even_kernel" or op.startswith("transposed") else 1
    dilation = 2 if op.endswith("dilated") else 1
    pads = [(1, 0), (0, 2)] if op == "conv2d_explicit" else "SAME" if op in SAME + tuple(OUTPUTS) else "VALID"
    if op.startswith("transposed"):
        shape = OUTPUTS[op]
        forward = _linear.matrix(lambda unit: _convolve(unit, k, stride, dilation, pads, 1), shape)
        return (forward.T @ x.reshape(-1)).reshape(shape)
    if op == "conv2d_channels_first":
        return np.moveaxis(_convolve(np.moveaxis(x, 1, -1), k, stride, dilation, pads, 1), -1, 1)
    if op.startswith("depthwise"):
        return _convolve(x, k.reshape(k.shape[:2] + (1, -1)), stride, dilation, pads, k.shape[2])
    return _convolve(x, k, stride, dilation, pads, 2 if op == "conv2d_grouped" else 1)


def _map(op, source, how):
    image, kernel = inputs(op, source, how)
    if source == "image":
        return _linear.matrix(lambda unit: _define(op, unit, kernel), image.shape), image
    return _linear.matrix(lambda unit: _define(op, image, unit), kernel.shape), kernel


def oracle(op, source, how):
    return _linear.oracle(*_map(op, source, how), how=how)


def build(op, source, how):
    image, kernel = (tf.constant(array) for array in inputs(op, source, how))
    ones, twos = [1, 1, 1, 1], [1, 2, 2, 1]

    def convolve(x, k):
        return {
            "conv1d_strided": lambda: tf.nn.conv1d(x, k, 2, "SAME"),
            "conv2d_even_kernel": lambda: tf.nn.conv2d(x, k, 2, "SAME"),
            "conv2d_dilated": lambda: tf.nn.conv2d(x, k, 1, "VALID", dilations=2),
            "conv2d_grouped": lambda: tf.nn.conv2d(x, k, 1, "VALID"),
            "conv2d_explicit": lambda: tf.nn.conv2d(x, k, 1, [[0, 0], [1, 0], [0, 2], [0, 0]]),
            "conv2d_channels_first": lambda: tf.nn.conv2d(x, k, 1, "VALID", data_format="NCHW"),
            "conv3d_strided": lambda: tf.nn.conv3d(x, k, [1, 2, 2, 2, 1], "SAME"),
            "conv3d_dilated": lambda: tf.nn.conv3d(x, k, [1] * 5, "VALID", dilations=[1, 2, 2, 2, 1]),
            "convolution_dilated": lambda: tf.nn.convolution(x, k, padding="SAME", dilations=[2, 2]),
            "depthwise_strided": lambda: tf.nn.depthwise_conv2d(x, k, twos, "SAME"),
            "depthwise_dilated": lambda: tf.nn.depthwise_conv2d(x, k, ones, "VALID", dilations=[2, 2]),
        }.get(op, lambda: tf.nn.conv2d_transpose(x, k, OUTPUTS[op], 2, "SAME"))()

    m, x = _map(op, source, how)
    if source == "image":
        return _linear.answers(lambda x: convolve(x, kernel), m, x, how)
    return _linear.answers(lambda k: convolve(image, k), m, x, how)
