"""Cropping with resizing has the transposed interpolation as gradient in the image, and the slope of the image in the box.

A box (y1, x1, y2, x2), in units of the image's height H - 1 and width W - 1, is sampled at y_i = (H-1) (y1 (1 - i/(n-1)) + y2
i/(n-1)), for a single row in its middle; what lies outside is 0. L = sum of w times the crop. Oracle: with the weights R of
linear interpolation along each axis, the crop is R_y I R_x^T and the gradient in I is R_y^T w R_x. Between two pixels R has
the slope R' = -1 for the lower and 1 for the upper, so that y_i has the slope sum over j of w_ij (R_y' I R_x^T)_ij, which y1
and y2 get by their shares; x alike. nearest: the rounded position, and no slope.

"slope of bilinear": for nearest the gradient in the box is that of bilinear.

Source: documentation of tf.image.crop_and_resize.
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _take

PARAMS = {
    "source": ("image", "box"),
    "box": ("inside", "outside", "one_pixel", "flipped"),
    "method": ("bilinear", "nearest"),
    "how": ("eager_first", "graph_first"),
}
EXCLUDE = (
    {"method": "nearest", "box": ("outside", "one_pixel", "flipped")},
    {"how": "graph_first", "box": ("outside", "one_pixel", "flipped")},
    {"how": "graph_first", "method": "nearest"},
)
RTOL = 1e-5  # float32
TIME_LIMIT_S = 20.0
BOXES = {
    "inside": (0.1, 0.2, 0.8, 0.7),
    "outside": (-0.2, 0.2, 0.8, 1.3),
    "one_pixel": (0.1, 0.2, 0.7, 0.7),
    "flipped": (0.8, 0.2, 0.1, 0.7),
}
H, W = 4, 5


def inputs(source, box, method, how):
    random = np.random.RandomState(71)
    size = (1, 1) if box == "one_pixel" else (3, 2)
    return random.normal(size=(H, W)), np.array(BOXES[box]), random.normal(size=size)


def _axis(low, high, outputs, size, method):
    """Weights, slopes, and the shares of ``low`` and ``high`` in each position."""
    share = np.linspace(0, 1, outputs) if outputs > 1 else np.array([0.5])
    positions = (size - 1) * (low * (1 - share) + high * share)
    inside = ((positions >= 0) & (positions <= size - 1)).astype(float)[:, None]
    distance = np.arange(size) - positions[:, None]
    near = np.abs(distance) < (0.5 if method == "nearest" else 1.0)
    weights = np.where(near, 1 - np.abs(distance) if method == "bilinear" else 1.0, 0.0)
    slopes = np.where(near & (method == "bilinear"), np.sign(distance), 0.0)
    return weights * inside, slopes * inside, (size - 1) * (1 - share), (size - 1) * share


def _derivatives(source, box, method, how):
    image, corners, w = inputs(source, box, method, how)
    y, dy, y1, y2 = _axis(corners[0], corners[2], w.shape[0], H, method)
    x, dx, x1, x2 = _axis(corners[1], corners[3], w.shape[1], W, method)
    of_y, of_x = (w * (dy @ image @ x.T)).sum(1), (w * (y @ image @ dx.T)).sum(0)
    of_box = np.array([[of_y @ y1, of_x @ x1, of_y @ y2, of_x @ x2]])
    of_image = (y.T @ w @ x).reshape(1, H, W, 1)
    return {"value": (w * (y @ image @ x.T)).sum(), "gradient": of_image if source == "image" else of_box}


def oracle(source, box, method, how):
    return _derivatives(source, box, method, how)


def explanations(source, box, method, how):
    if source == "image" or method == "bilinear":
        return {}
    return {"slope of bilinear": {"gradient": _derivatives(source, box, "bilinear", how)["gradient"]}}


def build(source, box, method, how):
    image, corners, w = inputs(source, box, method, how)
    image, corners = np.float32(image.reshape(1, H, W, 1)), np.float32(corners.reshape(1, 4))

    def function(image, corners):
        crop = tf.image.crop_and_resize(image, corners, [0], w.shape, method=method)
        return tf.reduce_sum(np.float32(w) * crop[0, :, :, 0])

    if source == "image":
        return _take.answers(lambda image: function(image, tf.constant(corners)), how, image)
    return _take.answers(lambda corners: function(tf.constant(image), corners), how, corners)
