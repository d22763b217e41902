"""Resizing an image has the transposed matrix of its interpolation as gradient, and a constant Hessian.

Each axis is interpolated by a matrix R, so that the whole is their Kronecker product. Oracle (``linalg/_linear.py``): its
transpose. Output i of m lies at (i + 1/2) n / m - 1/2 of n inputs (half pixel centres), with ``align_corners`` at i (n-1) /
(m-1). bilinear: linear interpolation there, constant beyond the ends; nearest: the input that holds it; the others, and
``antialias``: the kernel (tent, Keys's cubic, Lanczos 3, Mitchell's cubic) there, stretched by n / m when it smooths, over
the inputs that exist, made to sum to one; area: the mean over what the output covers. Sizes are such that bicubic's table of
1024 steps is exact.

"no second derivative": the gradient's own gradient is declared not to exist, so that the Hessian's product is None.

Source: documentation of tf.image.resize; tensorflow/tensorflow #38643, #33751 (second derivatives).
"""

import numpy as np
import tensorflow as tf

from cases.image import _interpolation
from cases.linalg import _linear

PARAMS = {
    "op": (
        "bilinear_up",
        "bilinear_down",
        "bilinear_antialias",
        "bilinear_align_corners",
        "nearest_up",
        "nearest_down",
        "bicubic_up",
        "bicubic_down",
        "bicubic_antialias",
        "lanczos3_up",
        "lanczos3_antialias",
        "mitchellcubic_up",
        "area_down",
    ),
    "how": ("eager_first", "eager_second", "graph_first", "jit_first"),
}
EXCLUDE = (
    {
        "how": "eager_second",
        "op": ("bilinear_up", "bilinear_antialias", "bilinear_align_corners", "nearest_down", "bicubic_down"),
    },
    {"how": "eager_second", "op": ("bicubic_antialias", "lanczos3_antialias", "mitchellcubic_up", "area_down")},
    {"how": ("graph_first", "jit_first"), "op": ("bilinear_down", "bilinear_antialias", "nearest_down", "bicubic_up")},
    {
        "how": ("graph_first", "jit_first"),
        "op": ("bicubic_down", "bicubic_antialias", "lanczos3_up", "lanczos3_antialias"),
    },
    {"how": ("graph_first", "jit_first"), "op": ("mitchellcubic_up", "area_down")},
    {"how": "graph_first", "op": ("bilinear_align_corners", "nearest_up")},
    {"how": "jit_first", "op": "bilinear_align_corners"},
)
RTOL = 1e-5  # float32; the kernels are computed in float32, too
TIME_LIMIT_S = 30.0
UP, DOWN = ((3, 2), (6, 8)), ((6, 8), (4, 4))


def _sizes(op):
    return DOWN if op.endswith(("down", "antialias")) else UP


def _axis(op, m, n):
    method, _, option = op.partition("_")
    middles = (np.arange(m) + 0.5) * n / m
    if option == "align_corners":
        return _interpolation.linear(np.arange(m) * (n - 1.0) / (m - 1), n)
    if method == "bilinear" and option != "antialias":
        return _interpolation.linear(middles - 0.5, n)
    if method == "nearest":
        return _interpolation.nearest(middles, n)
    if method == "area":
        return _interpolation.area(m, n)
    return _interpolation.kernel(method, m, n, option == "antialias")


def inputs(op, how):
    size, _ = _sizes(op)
    return np.random.RandomState(67).normal(size=(1,) + size + (1,)).astype(np.float32)


def _matrix(op):
    (height, width), (rows, columns) = _sizes(op)
    return np.kron(_axis(op, rows, height), _axis(op, columns, width))


def oracle(op, how):
    return _linear.oracle(_matrix(op), inputs(op, how), how)


def explanations(op, how):
    return {"no second derivative": {"product": None}} if how == "eager_second" else {}


def build(op, how):
    method, _, option = op.partition("_")
    size = _sizes(op)[1]

    def operation(x):
        if option == "align_corners":
            return tf.compat.v1.image.resize_bilinear(x, size, align_corners=True)
        return tf.image.resize(x, size, method=method, antialias=option == "antialias")

    return _linear.answers(operation, _matrix(op), inputs(op, how), how)
