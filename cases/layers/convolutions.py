"""Convolution layers give their definition and its gradient: strides, dilation, causal padding, groups, depthwise, transposed.

Oracle: y_io = b_o + sum over k, c of x_(i s + k d - p)c K_kco, x being zero outside, with stride s, dilation d and padding p
on the left: 0 for "valid", d (n - 1) for "causal", and half (rounded down) of what the last window lacks for "same". Groups:
o reads the channels of its group only. depthwise: y_i(c m + j) = sum over k of x_(...)c K_kcj; separable: a matrix of
channels after that. Transposed: y_(i s + k d - p)o += x_ic K_koc, the transpose of the convolution that has the padding p for
the length of y: n s for "same", (n - 1) s + n_K - 2 floor(n_K / 2) + output_padding if that is given. All is linear in x and
in K; differentiated by the complex step (``_complex_step.py``).

Source: documentation of tf.keras.layers.Conv1D, DepthwiseConv1D, SeparableConv1D and Conv1DTranspose, and of
tf.nn.convolution (same).
"""

import numpy as np
import tensorflow as tf

from cases.layers import _complex_step, _layers

PARAMS = {
    "kind": (
        "causal_dilated",
        "same_strided",
        "groups",
        "depthwise",
        "separable",
        "transpose_same",
        "transpose_valid",
        "transpose_output_padding",
    ),
}
# float64; sums of a few tens of products.
RTOL = 1e-13
SIZE, CHANNELS, WINDOW = 7, 4, 3


def inputs(kind):
    random = np.random.RandomState(89)
    shapes = {
        "groups": [(WINDOW, CHANNELS // 2, 6), (6,)],
        "depthwise": [(WINDOW, CHANNELS, 2), (8,)],
        "separable": [(WINDOW, CHANNELS, 2), (1, 8, 5), (5,)],
        "transpose": [(WINDOW, 5, CHANNELS), (5,)],
    }.get(kind.split("_")[0], [(WINDOW, CHANNELS, 5), (5,)])
    arrays = {"x": random.normal(size=(2, SIZE, CHANNELS))}
    for name, shape in zip(("kernel", "pointwise", "bias") if len(shapes) == 3 else ("kernel", "bias"), shapes):
        arrays[name] = random.normal(size=shape)
    return arrays


def _left(length, count, stride, dilation):
    """The padding on the left for "same", of a convolution from ``length`` to ``count`` steps."""
    return max((count - 1) * stride + dilation * (WINDOW - 1) + 1 - length, 0) // 2


def _windows(x, count, stride, dilation, left):
    """(batch, count, WINDOW, channels): what each output sees, zeros outside."""
    seen = np.zeros((len(x), count, WINDOW, x.shape[2]), x.dtype)
    for i in range(count):
        for k in range(WINDOW):
            place = i * stride + k * dilation - left
            if 0 <= place < x.shape[1]:
                seen[:, i, k] = x[:, place]
    return seen


def oracle(kind):
    def forward(arrays):
        x, kernel, bias = arrays["x"], arrays["kernel"], arrays["bias"]
        if kind == "causal_dilated":
            y = np.einsum("bikc,kco->bio", _windows(x, SIZE, 1, 2, 2 * (WINDOW - 1)), kernel)
        elif kind == "same_strided":
            y = np.einsum("bikc,kco->bio", _windows(x, 4, 2, 1, _left(SIZE, 4, 2, 1)), kernel)
        elif kind == "groups":
            seen = _windows(x, SIZE - 2, 1, 1, 0)
            parts = [
                np.einsum("bikc,kco->bio", seen[..., 2 * g : 2 * g + 2], kernel[..., 3 * g : 3 * g + 3]) for g in (0, 1)
            ]
            y = np.concatenate(parts, axis=-1)
        elif kind in ("depthwise", "separable"):
            seen = _windows(x, SIZE - 2 if kind == "depthwise" else SIZE, 1, 1, 0 if kind == "depthwise" else 1)
            y = np.einsum("bikc,kcj->bicj", seen, kernel).reshape(2, -1, 8)
            if kind == "separable":
                y = y @ arrays["pointwise"][0]
        else:
            length = {"transpose_same": 2 * SIZE, "transpose_valid": 2 * SIZE + 1}.get(kind, 2 * SIZE - 1)
            left = 0 if kind == "transpose_valid" else _left(length, SIZE, 2, 1)
            y = np.zeros((2, length, 5), np.result_type(x, kernel))
            for i in range(SIZE):
                for k in range(WINDOW):
                    if 0 <= 2 * i + k - left < length:
                        y[:, 2 * i + k - left] += x[:, i] @ kernel[k].T
        return {"y": y + bias}

    return _complex_step.expected(forward, inputs(kind))


def build(kind):
    arrays = inputs(kind)
    x = {"x": arrays.pop("x")}
    name, options = {
        "causal_dilated": ("Conv1D", {"filters": 5, "padding": "causal", "dilation_rate": 2}),
        "same_strided": ("Conv1D", {"filters": 5, "padding": "same", "strides": 2}),
        "groups": ("Conv1D", {"filters": 6, "groups": 2}),
        "depthwise": ("DepthwiseConv1D", {"depth_multiplier": 2}),
        "separable": ("SeparableConv1D", {"filters": 5, "depth_multiplier": 2, "padding": "same"}),
        "transpose_same": ("Conv1DTranspose", {"filters": 5, "strides": 2, "padding": "same"}),
        "transpose_valid": ("Conv1DTranspose", {"filters": 5, "strides": 2}),
        "transpose_output_padding": (
            "Conv1DTranspose",
            {"filters": 5, "strides": 2, "padding": "same", "output_padding": 0},
        ),
    }[kind]
    layer = _layers.made(_layers.of(tf.keras.layers, name), kernel_size=WINDOW, dtype="float64", **options)
    layer(tf.constant(x["x"]))
    variables = _layers.assign(layer, arrays)
    return _layers.answers(lambda x: {"y": layer(x)}, x, variables)
