"""A second derivative is the same whichever of its levels is decorated: the function, its gradient, or the next gradient.

f(x) = sum(tanh(x)) twice differentiated, each level plain, decorated or compiled by XLA, alone and together with others.

Oracle: with t = tanh x, f' = 1 - t² and f'' = -2 t (1 - t²).

Source: TensorFlow guide, "Better performance with tf.function"; tensorflow/tensorflow #40984, where a decorator matters.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "function": ("plain", "decorated", "jit"),
    "first": ("plain", "decorated", "jit"),
    "second": ("plain", "decorated", "jit"),
}
EXCLUDE = (
    {"function": "plain", "first": ("decorated", "jit"), "second": "jit"},
    {"function": "decorated", "second": "jit"},
    {"function": "decorated", "first": "plain", "second": "decorated"},
    {"function": "jit", "first": "decorated"},
    {"function": "jit", "first": "plain", "second": "jit"},
    {"function": "jit", "first": "jit", "second": "plain"},
    {"first": "jit", "second": "decorated"},
)
# XLA's tanh and 1 - t² are good to some ulp of 1, where f'' is below 0.77.
RTOL = 4e-6


def inputs(**_):
    return np.linspace(-1.5, 1.5, 7).astype(np.float32)


def oracle(**_):
    t = np.tanh(inputs().astype(np.float64))
    return {"first": 1.0 - t**2, "second": -2.0 * t * (1.0 - t**2)}


def build(function, first, second):
    def decorate(call, how):
        return call if how == "plain" else _compat.in_mode(call, {"decorated": "graph", "jit": "jit"}[how])

    f = decorate(lambda x: tf.reduce_sum(tf.tanh(x)), function)

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return tape.gradient(y, x)

    gradient = decorate(gradient, first)

    def gradient_of_gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            g = gradient(x)
        return g, tape.gradient(g, x)

    gradient_of_gradient = decorate(gradient_of_gradient, second)
    x = tf.constant(inputs())
    return lambda: dict(zip(("first", "second"), gradient_of_gradient(x)))
