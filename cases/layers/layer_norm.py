"""Normalisations within an example give their definition and its gradient, over any axes and in groups.

Oracle: y = g (x - m) / sqrt(v + eps) + b, with mean m and variance v over the axes ("group": over space and the channels of a
group); "rms": y = g x / sqrt(mean(x^2) + eps); "unit": y = x / |x|. Differentiated by the complex step
(``_complex_step.py``). Second order: of the gradient's closed form, which is that of batch_norm.py along the axis with c g in
place of c. unit_zero_row: a row of zeros stays zeros, and gradients have to be numbers, so that padding does not spoil a
whole batch; only the other rows are compared.

Explanations: "NaN in the row of zeros": the gradient of min(1 / |x|, 1e12) at zero is 0 times infinity; "mean held constant
in the variance": as in batch_norm.py, by tf.nn.moments.

Source: documentation of tf.keras.layers.LayerNormalization, GroupNormalization, UnitNormalization and RMSNormalization; Ba et
al. 2016; keras-team/keras #23075 (zeros).
"""

import numpy as np
import tensorflow as tf

from cases.layers import _complex_step, _layers

PARAMS = {
    "kind": (
        "last",
        "last_second_order",
        "last_small_epsilon",
        "axis_1",
        "axes_1_2",
        "group",
        "group_axis_1",
        "rms",
        "unit",
        "unit_zero_row",
    ),
}
# float32; gradients are differences of means.
RTOL = 1e-5
EPSILON = 0.125
AXES = {"axis_1": (1,), "axes_1_2": (1, 2)}


def inputs(kind):
    random = np.random.RandomState(37)
    x = (0.5 + random.normal(size=(2, 4, 6))).astype(np.float32)
    if kind == "unit_zero_row":
        x[0, 1] = 0.0
    shape = {"axis_1": (4,), "axes_1_2": (4, 6), "group_axis_1": (4,)}.get(kind, (6,))
    arrays = {"x": x}
    if not kind.startswith("unit"):
        arrays["gamma"] = random.normal(size=shape).astype(np.float32)
    if not kind.startswith("unit") and kind != "rms":
        arrays["beta"] = random.normal(size=shape).astype(np.float32)
    return arrays


def _epsilon(kind):
    return 1e-6 if kind == "last_small_epsilon" else EPSILON


def _forward(kind):
    def forward(arrays):
        x = arrays["x"]
        if kind.startswith("unit"):
            norm = np.sqrt((x * x).sum(axis=-1, keepdims=True))
            # Where the norm is zero so is x, and the quotient is defined as zero.
            return {"y": x / np.where(norm.real == 0, 1.0, norm)}
        if kind == "rms":
            return {"y": arrays["gamma"] * x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + EPSILON)}
        gamma, beta = arrays["gamma"], arrays["beta"]
        axes = AXES.get(kind, (2,))
        if kind in ("axis_1", "group_axis_1"):
            gamma, beta = gamma[:, None], beta[:, None]
        if kind.startswith("group"):
            # Two groups of channels: the axis after the one inserted here holds the channels of a group.
            grouped = x.reshape((2, 4, 2, 3) if kind == "group" else (2, 2, 2, 6))
            axes = (1, 3) if kind == "group" else (2, 3)
            m = grouped.mean(axis=axes, keepdims=True)
            v = ((grouped - m) ** 2).mean(axis=axes, keepdims=True)
            return {"y": gamma * ((grouped - m) / np.sqrt(v + EPSILON)).reshape(x.shape) + beta}
        m = x.mean(axis=axes, keepdims=True)
        v = ((x - m) ** 2).mean(axis=axes, keepdims=True)
        return {"y": gamma * (x - m) / np.sqrt(v + _epsilon(kind)) + beta}

    return forward


def _slope(arrays, constant_mean=False):
    x = arrays["x"]
    m = x.mean(axis=-1, keepdims=True)
    s = np.sqrt(((x - m) ** 2).mean(axis=-1, keepdims=True) + EPSILON)
    u = (x - m) / s
    c = np.cos(1.0 + np.arange(x.size)).reshape(x.shape) * arrays["gamma"]
    if constant_mean:
        around = x - m.real
        s = np.sqrt((around**2).mean(axis=-1, keepdims=True) + EPSILON)
        through_variance = around * (c * (x - m)).mean(axis=-1, keepdims=True) / s**3
        return {"d_x": (c - c.mean(axis=-1, keepdims=True)) / s - through_variance}
    return {"d_x": (c - c.mean(axis=-1, keepdims=True) - u * (c * u).mean(axis=-1, keepdims=True)) / s}


def _second(arrays, constant_mean=False):
    def number(moved):
        return _complex_step.loss(_slope(dict(arrays, **moved), constant_mean))

    return {"d2_x": _complex_step.gradients(number, {"x": arrays["x"]})["x"]}


def oracle(kind):
    arrays = {name: array.astype(np.float64) for name, array in inputs(kind).items()}
    if kind == "last_second_order":
        return _second(arrays)
    found = _complex_step.expected(_forward(kind), arrays)
    if kind == "unit_zero_row":
        return _of_rows(found["y"], found["d_x"])
    return found


def _of_rows(y, d_x):
    """What is asked where a row is zeros: its value, whether its gradients are numbers, and the other rows."""
    numbers = bool(np.isfinite(d_x[0, 1]).all())
    others = np.delete(np.reshape(d_x, (8, 6)), 1, axis=0)
    return {"y": y, "d_zero_row_is_finite": np.array(numbers), "d_x": others}


def explanations(kind):
    if kind == "last_second_order":
        arrays = {name: array.astype(np.float64) for name, array in inputs(kind).items()}
        return {"mean held constant in the variance": _second(arrays, constant_mean=True)}
    return {"NaN in the row of zeros": {"d_zero_row_is_finite": np.array(False)}} if kind == "unit_zero_row" else {}


def build(kind):
    arrays = inputs(kind)
    x = arrays.pop("x")
    layers = tf.keras.layers
    if kind.startswith("group"):
        axis = 1 if kind == "group_axis_1" else -1
        layer = _layers.of(layers, "GroupNormalization")(groups=2, axis=axis, epsilon=EPSILON)
    elif kind == "rms":
        layer = _layers.of(layers, "RMSNormalization")(epsilon=EPSILON)
    elif kind.startswith("unit"):
        layer = _layers.of(layers, "UnitNormalization")()
    else:
        axis = {"axis_1": 1, "axes_1_2": [1, 2]}.get(kind, -1)
        layer = layers.LayerNormalization(axis=axis, epsilon=_epsilon(kind))
    layer(tf.constant(x))
    variables = _layers.assign(layer, arrays)
    if kind == "last_second_order":
        return _layers.second(layer, x)
    call = _layers.answers(lambda x: {"y": layer(x)}, {"x": x}, variables)
    if kind != "unit_zero_row":
        return call

    def answer():
        found = call()
        return _of_rows(found["y"].numpy(), found["d_x"].numpy())

    return answer
