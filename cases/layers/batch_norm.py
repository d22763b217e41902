"""BatchNormalization gives its definition, the gradient through the batch's statistics, and moving averages as documented.

Oracle, over all axes but the channel's: y = g (x - m) / sqrt(v + eps) + b; in training m and v are mean and variance of the
batch (of the unmasked positions, "masked"), and "moving_var = moving_var * momentum + var(batch) * (1 - momentum)", likewise
the mean; in inference the moving averages. Differentiated by the complex step (``_complex_step.py``). Second order: of the
gradient's closed form dx = g / s (c - mean(c) - u mean(c u)) for the loss sum(c y), with u = (x - m) / s, s = sqrt(v + eps),
since dm/dx = 1/n and dv/dx = 2 (x - m) / n.

Explanations: "Bessel": the fused op (inputs of rank 4) hands n / (n - 1) var(batch) to the moving variance, not var(batch);
"mask ignored": it uses statistics of all positions, with the same factor; "mean held constant in the variance": tf.nn.moments
takes mean((x - stop_gradient(m))^2), which has the right gradient, since sum(x - m) = 0, but not the right gradient of that:
with x - m0, m0 constant, in place of x - m where the variance was differentiated, dx = g ((c - mean(c)) / s - (x - m0) mean(c
(x - m)) / s^3).

Source: documentation of tf.keras.layers.BatchNormalization (the ``mask`` since 2.12); Ioffe and Szegedy 2015.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.layers import _complex_step, _layers

PARAMS = {
    "kind": ("rank2", "rank4", "axis_1", "masked", "masked_rank4"),
    "what": ("training", "inference", "second_order"),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {"kind": ("axis_1", "masked", "masked_rank4"), "what": "second_order"},
    {"kind": ("masked", "masked_rank4"), "what": "inference"},
    {"mode": "graph", "kind": ("rank2", "axis_1", "masked", "masked_rank4")},
    {"mode": "graph", "what": "inference"},
)
# float32; gradients are differences of means over the batch, and their gradients again.
RTOL = 1e-5
EPSILON, MOMENTUM = 0.125, 0.75
SHAPES = {
    "rank2": (8, 3),
    "rank4": (2, 3, 2, 3),
    "axis_1": (4, 3, 5),
    "masked": (3, 4, 3),
    "masked_rank4": (2, 3, 2, 3),
}


def inputs(kind, what, mode):
    random = np.random.RandomState(31)
    shapes = {"x": SHAPES[kind], "gamma": (3,), "beta": (3,), "moving_mean": (3,)}
    arrays = {name: (0.5 + random.normal(size=shape)).astype(np.float32) for name, shape in shapes.items()}
    arrays["moving_variance"] = random.uniform(0.5, 2.0, size=3).astype(np.float32)
    return arrays


def _mask(kind):
    return np.random.RandomState(2).uniform(size=SHAPES[kind][:-1]) < 0.6


def _answer(kind, what, arrays, ignore_mask=False, bessel=False, constant_mean=False):
    arrays = {name: array.astype(np.float64) for name, array in arrays.items()}
    channels = (3, 1) if kind == "axis_1" else (3,)
    moving_mean, moving_variance = (arrays.pop(name).reshape(channels) for name in ("moving_mean", "moving_variance"))
    weight = np.ones(SHAPES[kind])
    if kind.startswith("masked") and not ignore_mask:
        weight = weight * _mask(kind)[..., None]
    axes = (0, 2) if kind == "axis_1" else tuple(range(weight.ndim - 1))
    count = weight.sum(axis=axes, keepdims=True)

    def moments(x):
        m = (weight * x).sum(axis=axes, keepdims=True) / count
        return m, (weight * (x - m) ** 2).sum(axis=axes, keepdims=True) / count

    def forward(arrays):
        x, gamma, beta = arrays["x"], arrays["gamma"].reshape(channels), arrays["beta"].reshape(channels)
        m, v = (moving_mean, moving_variance) if what == "inference" else moments(x)
        return {"y": gamma * (x - m) / np.sqrt(v + EPSILON) + beta}

    def slope(moved):
        x = moved["x"]
        m, v = moments(x)
        s = np.sqrt(v + EPSILON)
        u = (x - m) / s
        c = np.cos(1.0 + np.arange(x.size)).reshape(x.shape)
        if constant_mean:
            around = x - m.real
            s = np.sqrt((around**2).mean(axis=axes) + EPSILON)
            return {
                "d_x": arrays["gamma"] * ((c - c.mean(axis=axes)) / s - around * (c * (x - m)).mean(axis=axes) / s**3)
            }
        return {"d_x": arrays["gamma"] / s * (c - c.mean(axis=axes) - u * (c * u).mean(axis=axes))}

    if what == "second_order":
        slopes = _complex_step.gradients(lambda moved: _complex_step.loss(slope(moved)), {"x": arrays["x"]})
        return {"d2_x": slopes["x"]}
    found = _complex_step.expected(forward, arrays)
    if what == "training":
        m, v = moments(arrays["x"])
        v = v * (count / (count - 1) if bessel else 1.0)
        moving_mean = MOMENTUM * moving_mean + (1 - MOMENTUM) * m
        moving_variance = MOMENTUM * moving_variance + (1 - MOMENTUM) * v
    return dict(found, moving_mean=moving_mean.reshape(3), moving_variance=moving_variance.reshape(3))


def oracle(kind, what, mode):
    return _answer(kind, what, inputs(kind, what, mode))


def explanations(kind, what, mode):
    arrays = inputs(kind, what, mode)
    if what == "second_order":
        return {"mean held constant in the variance": _answer(kind, what, arrays, constant_mean=True)}
    if what == "inference":
        return {}
    return {"Bessel": _answer(kind, what, arrays, bessel=True), "mask ignored": _answer(kind, what, arrays, True, True)}


def build(kind, what, mode):
    arrays = inputs(kind, what, mode)
    x = arrays.pop("x")
    moving = [arrays.pop("moving_mean"), arrays.pop("moving_variance")]
    layer = tf.keras.layers.BatchNormalization(axis=1 if kind == "axis_1" else -1, momentum=MOMENTUM, epsilon=EPSILON)
    layer.build(x.shape)
    variables = _layers.assign(layer, arrays)
    for variable, value in zip(layer.non_trainable_variables, moving):
        variable.assign(value)
    keywords = {"training": what != "inference"}
    if kind.startswith("masked"):
        if not _layers.takes(layer.call, "mask"):
            raise _compat.Unsupported("BatchNormalization()(mask=)")
        keywords["mask"] = tf.constant(_mask(kind))
    if what == "second_order":
        return _layers.second(lambda x: layer(x, **keywords), x, mode)
    call = _layers.answers(lambda x: {"y": layer(x, **keywords)}, {"x": x}, variables, mode)

    def answer():
        found = call()
        mean, variance = layer.non_trainable_variables
        return dict(found, moving_mean=mean.numpy(), moving_variance=variance.numpy())

    return answer
