"""A gradient penalty through a Keras normalization layer has the second derivatives of what the layer computes.

One row of n = 5 numbers is normalized to y = (x - mean) r, r = (var + e)^(-1/2) (``layer``: LayerNormalization; ``batch``:
BatchNormalization in training, a batch of 5), and f = c . y. A gradient penalty differentiates df/dx once more: ``d_xx`` is the
Hessian of f times a direction v.

Oracle: with u = x - mean(x), c0 = c - mean(c), v0 = v - mean(v) and r' = -r^3 (u . v) / n, the gradient is
r c0 - r^3 (c . u) u / n and the Hessian times v is
r' c0 - (3 r^2 r' (c . u) + r^3 (c0 . v0)) u / n - r^3 (c . u) v0 / n.

"mean held constant": the layer calls tf.nn.moments, which stops the gradient of the mean inside the variance; the last v0 is
then v (``cases/elementwise/moments.py``). Keras 2 calls the fused batch normalization instead where it can, which has its own
second derivative.

Source: Gulrajani et al., "Improved Training of Wasserstein GANs" (2017), which recommends layer normalization with a gradient
penalty."""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {"layer": ("layer", "batch"), "dtype": ("float32", "float64")}
RTOL = 2e-5  # float32: differences of numbers of order one; a wrong answer is off by tens of per cent
EPSILON = 1e-3
N = 5


def inputs(layer, dtype):
    random = np.random.RandomState(402)
    return [random.normal(size=N) for _ in range(3)]


def _answer(layer, dtype, centre):
    x, c, v = inputs(layer, dtype)
    u, c0, v0 = x - x.mean(), c - c.mean(), v - v.mean()
    r = (x.var() + EPSILON) ** -0.5
    change = -(r**3) * (u @ v) / N
    second = change * c0 - (3 * r**2 * change * (c @ u) + r**3 * (c0 @ v0)) * u / N - r**3 * (c @ u) * centre(v, v0) / N
    outputs = {"value": np.asarray(r * (c @ u)), "d_x": r * c0 - r**3 * (c @ u) * u / N, "d_xx": second}
    return {name: value.reshape(_shape(layer)) if value.ndim else value for name, value in outputs.items()}


def _shape(layer):
    return (1, N) if layer == "layer" else (N, 1)


def oracle(layer, dtype):
    return _answer(layer, dtype, lambda v, v0: v0)


def explanations(layer, dtype):
    return {"mean held constant": _answer(layer, dtype, lambda v, v0: v)}


def build(layer, dtype):
    x, c, v = (value.reshape(_shape(layer)).astype(dtype) for value in inputs(layer, dtype))
    kind = {"layer": tf.keras.layers.LayerNormalization, "batch": tf.keras.layers.BatchNormalization}[layer]
    normalization = kind(epsilon=EPSILON, dtype=dtype)
    normalization(x)  # builds its weights

    def function(x):
        return tf.reduce_sum(c * (normalization(x, training=True) if layer == "batch" else normalization(x)))

    return _take.answers(function, "eager", directions={"x": v}, x=x)
