"""Patches, edges, turns and affine transforms of an image have the transposed matrix as gradient.

Oracle (``linalg/_linear.py``): the transpose of what the definition gives for each unit image. A patch of size k at rate r
and stride s holds the pixels s i + r a, a < k; SAME pads zeros, the smaller half first. Sobel: [-1, -2, -1], 0, [1, 2, 1]
along one axis and the other, of the image reflected about its edge pixels; image_gradients: the difference to the next pixel,
0 at the last. ``affine_zoom`` takes output (i, j) from input (i/2, j/2) by linear interpolation, ``affine_shift`` from (i, j
+ 1), 0 beyond the edge.

"inverse transform": the gradient is taken to be the incoming one, transformed by the inverse. For a shift or a turn by 90
degrees that is the transpose; for the zoom it takes every other of the incoming numbers, unweighted, and loses the rest.

Source: documentation of tf.image; tensorflow/tensorflow #127241 (affine transforms).
"""

import numpy as np
import tensorflow as tf

from cases.image import _interpolation
from cases.linalg import _linear, _take

PARAMS = {
    "op": (
        "patches",
        "patches_same",
        "patches_rates",
        "sobel",
        "image_gradients",
        "turned",
        "affine_zoom",
        "affine_shift",
    ),
    "how": ("eager_second", "eager_first", "graph_first"),
}
EXCLUDE = (
    {"how": "eager_second", "op": ("affine_zoom", "affine_shift")},
    {"how": "eager_first", "op": ("patches", "patches_same", "patches_rates", "sobel", "image_gradients", "turned")},
    {"how": "graph_first", "op": ("patches", "patches_rates", "sobel", "image_gradients", "turned", "affine_shift")},
)
RTOL = 1e-5  # float32
TIME_LIMIT_S = 20.0
H, W = 4, 4
TRANSFORMS = {"affine_zoom": [0.5, 0, 0, 0, 0.5, 0, 0, 0], "affine_shift": [1, 0, 1, 0, 1, 0, 0, 0]}


def inputs(op, how):
    return np.random.RandomState(79).normal(size=(1, H, W, 1)).astype(np.float32)


def _patches(x, size, stride, rate, same):
    if same:
        needed = (-(-H // stride) - 1) * stride + (size - 1) * rate + 1 - H
        x = np.pad(x, ((needed // 2, needed - needed // 2),) * 2, "constant")
    reach = (size - 1) * rate
    places = range(0, len(x) - reach, stride)
    return np.array([[x[i : i + reach + 1 : rate, j : j + reach + 1 : rate] for j in places] for i in places])


def _sobel(x):
    x = np.pad(x, ((1, 1), (1, 1)), "reflect")
    kernel = np.outer([-1, 0, 1], [1, 2, 1])
    both = [sum(k[a, b] * x[a : a + H, b : b + W] for a in range(3) for b in range(3)) for k in (kernel, kernel.T)]
    return np.stack(both, axis=-1)


def _differences(x):
    y = np.zeros((2, H, W))
    y[0, :-1], y[1, :, :-1] = x[1:] - x[:-1], x[:, 1:] - x[:, :-1]
    return y


def _zoom(x):
    rows = _interpolation.linear(np.arange(H) / 2.0, H)
    return rows @ x @ rows.T


def _define(op, x):
    x = x.reshape(H, W)
    return {
        "patches": lambda: _patches(x, 2, 1, 1, False),
        "patches_same": lambda: _patches(x, 3, 2, 1, True),
        "patches_rates": lambda: _patches(x, 2, 1, 2, False),
        "sobel": lambda: _sobel(x),
        "image_gradients": lambda: _differences(x),
        "turned": lambda: np.fliplr(np.rot90(x)),
        "affine_zoom": lambda: _zoom(x),
        "affine_shift": lambda: np.concatenate([x[:, 1:], np.zeros((H, 1))], axis=1),
    }[op]()


def _map(op, how):
    x = inputs(op, how)
    return _linear.matrix(lambda unit: _define(op, unit), x.shape), x


def oracle(op, how):
    return _linear.oracle(*_map(op, how), how=how)


def explanations(op, how):
    if op != "affine_zoom":
        return {}
    # Column j takes incoming 2 j; what lies beyond the edge is 0.
    every_other = np.zeros((H, H))
    every_other[0, 0] = every_other[1, 2] = 1.0
    return {"inverse transform": _linear.oracle(*_map(op, how), how=how, transposed=np.kron(every_other, every_other))}


def build(op, how):
    transform = _take.api("raw_ops.ImageProjectiveTransformV2") if op.startswith("affine") else None

    def operation(x):
        if op.startswith("affine"):
            return transform(images=x, transforms=[TRANSFORMS[op]], output_shape=[H, W], interpolation="BILINEAR")
        if op == "image_gradients":
            return tf.stack(tf.image.image_gradients(x))
        if op == "sobel":
            return tf.image.sobel_edges(x)
        if op == "turned":
            return tf.image.flip_left_right(tf.image.rot90(x))
        size, stride, rate = {"patches": (2, 1, 1), "patches_same": (3, 2, 1), "patches_rates": (2, 1, 2)}[op]
        padding = "SAME" if op == "patches_same" else "VALID"
        return tf.image.extract_patches(x, [1, size, size, 1], [1, stride, stride, 1], [1, rate, rate, 1], padding)

    m, x = _map(op, how)
    return _linear.answers(operation, m, x, how)
