"""Conversions and adjustments of colours have the gradients of their formulas, also where a channel is zero.

L = sum of w times the result, for every order of three different channels. Oracle, with M and m the largest and the smallest
channel, e_M and e_m their unit vectors, C = M - m: V = M, dV = e_M; S = 1 - m/M, dS = -e_m / M + m e_M / M^2; if M is channel
i, a and b the next two in the order red, green, blue, H = (2 i + (a - b) / C) / 6 modulo 1, 6 dH = (e_a - e_b) / C - (a - b)
(e_M - e_m) / C^2. Back: V (1 - S + S c(H)) with c = |6H-3| - 1, 2 - |6H-2|, 2 - |6H-4|, limited to [0, 1]. Contrast f: mean +
f (x - mean), the mean over the pixels of a channel; saturation f: M - f (M - x), since M and the hue stay; gamma 2: x^2;
grey: 0.2989, 0.5870 and 0.1140 of the channels. ``zero``: the smallest channel is 0, where these are still smooth.

"zero channel left out": the gradient rule of rgb_to_hsv multiplies the saturation's part for each channel by (channel > 0),
so that -e_m / M is missing. "no gradient": None, since the op is declared not to have one.

Source: documentation of tf.image; tensorflow/tensorflow #30152 (the gradient of rgb_to_hsv), #21510 (hsv_to_rgb).
"""

import itertools

import numpy as np
import tensorflow as tf

from cases.linalg import _take

PARAMS = {
    "op": ("rgb_to_hsv", "rgb_to_hsv_zero", "hsv_to_rgb", "grayscale", "contrast", "saturation", "gamma"),
    "how": ("eager_first", "graph_first"),
}
EXCLUDE = ({"how": "graph_first", "op": ("rgb_to_hsv", "hsv_to_rgb", "grayscale", "contrast", "saturation", "gamma")},)
RTOL = 1e-5  # float32
TIME_LIMIT_S = 20.0


def inputs(op, how):
    random = np.random.RandomState(73)
    if op == "hsv_to_rgb":
        x = np.stack([(np.arange(6) + 0.3) / 6, np.linspace(0.2, 0.8, 6), np.linspace(0.9, 0.3, 6)], axis=1)
    else:
        x = np.array(list(itertools.permutations((0.8, 0.5, 0.0 if op.endswith("zero") else 0.2))))
    return x.reshape(2, 3, 3), random.normal(size=(2, 3, 1 if op == "grayscale" else 3))


def _hsv(x):
    """Of one pixel: the value and the Jacobian, its rows those of hue, saturation and value."""
    unit = np.eye(3)
    i, smallest = np.argmax(x), np.argmin(x)
    j, k = (i + 1) % 3, (i + 2) % 3
    largest, least, chroma = x[i], x[smallest], x[i] - x[smallest]
    hue = (2 * i + (x[j] - x[k]) / chroma) / 6 % 1
    d_hue = ((unit[j] - unit[k]) / chroma - (x[j] - x[k]) * (unit[i] - unit[smallest]) / chroma**2) / 6
    d_saturation = -unit[smallest] / largest + least * unit[i] / largest**2
    return np.array([hue, 1 - least / largest, largest]), np.stack([d_hue, d_saturation, unit[i]])


def _rgb(x):
    h, s, v = x
    raw = np.array([np.abs(6 * h - 3) - 1, 2 - np.abs(6 * h - 2), 2 - np.abs(6 * h - 4)])
    slope = np.array([6 * np.sign(6 * h - 3), -6 * np.sign(6 * h - 2), -6 * np.sign(6 * h - 4)])
    c, slope = np.clip(raw, 0, 1), np.where((raw > 0) & (raw < 1), slope, 0.0)
    return v * (1 - s + s * c), np.stack([v * s * slope, v * (c - 1), 1 - s + s * c], axis=1)


def _saturation(x):
    largest = np.eye(3)[np.argmax(x)]
    return x.max() - 0.5 * (x.max() - x), 0.5 * np.eye(3) + 0.5 * largest


def _pixel(op, x):
    if op.startswith("rgb_to_hsv"):
        return _hsv(x)
    if op == "saturation":
        return _saturation(x)
    if op == "hsv_to_rgb":
        return _rgb(x)
    if op == "gamma":
        return x**2, np.diag(2 * x)
    grey = np.array([[0.2989, 0.5870, 0.1140]])
    return grey @ x, grey


def oracle(op, how):
    x, w = inputs(op, how)
    if op == "contrast":
        mean, mean_w = x.mean((0, 1)), w.mean((0, 1))
        return {"value": (w * (mean + 1.5 * (x - mean))).sum(), "gradient": 1.5 * w - 0.5 * mean_w}
    value, gradient = 0.0, np.zeros(x.shape)
    for place in np.ndindex(2, 3):
        y, jacobian = _pixel(op, x[place])
        value += w[place] @ y
        gradient[place] = w[place] @ jacobian
    return {"value": value, "gradient": gradient}


def explanations(op, how):
    if op == "hsv_to_rgb":
        return {"no gradient": {"gradient": None}}
    if op != "rgb_to_hsv_zero":
        return {}
    x, w = inputs(op, how)
    left_out = np.where(x == 0, w[..., 1:2] / x.max(-1, keepdims=True), 0.0)
    return {"zero channel left out": {"gradient": oracle(op, how)["gradient"] + left_out}}


def build(op, how):
    x, w = (np.float32(array) for array in inputs(op, how))

    def function(x):
        y = {
            "rgb_to_hsv": lambda: tf.image.rgb_to_hsv(x),
            "rgb_to_hsv_zero": lambda: tf.image.rgb_to_hsv(x),
            "hsv_to_rgb": lambda: tf.image.hsv_to_rgb(x),
            "grayscale": lambda: tf.image.rgb_to_grayscale(x),
            "contrast": lambda: tf.image.adjust_contrast(x, 1.5),
            "saturation": lambda: tf.image.adjust_saturation(x, 0.5),
            "gamma": lambda: tf.image.adjust_gamma(x, 2.0),
        }[op]()
        return tf.reduce_sum(w * y)

    return _take.answers(function, how, x)
