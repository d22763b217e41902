"""A chain of n functions has the product of their gradients, be they plain ops or custom-gradient functions.

Timed: the eager forward pass and gradient, a chain of custom-gradient functions beside the same chain of plain ops. Each function
is one op forward and two ops backward in both kinds, so what they differ in is ``tf.custom_gradient`` itself.

Oracle: x_0 = x, x_(k+1) = sin(x_k). Plain: dx = prod cos(x_k). The custom ``grad_fn`` gives dy cosh(x_k), which is not the true
gradient, so that it is seen to be asked: dx = prod cosh(x_k).

Source: documentation of tf.custom_gradient.
"""

import numpy as np
import tensorflow as tf

PARAMS = {"kind": ("custom", "plain"), "n": (1, 4, 16)}
TIMED = {"unit": "calls"}
# float32: n <= 16 sines one after the other and a product of as many factors: 32 ulp.
RTOL = 4e-6


def inputs(**_):
    return np.linspace(0.2, 1.4, 32).astype(np.float32)


def chain(kind, n, x):
    dx, slope = np.ones_like(x), np.cosh if kind == "custom" else np.cos
    for _ in range(n):
        dx = dx * slope(x)
        x = np.sin(x)
    return {"y": x, "dx": dx}


def oracle(kind, n):
    return chain(kind, n, inputs().astype(np.float64))


def work(kind, n):
    return n


def floor(kind, n):
    x = inputs()
    return lambda: chain(kind, n, x)


def build(kind, n):
    x = tf.constant(inputs())

    @tf.custom_gradient
    def custom(x):
        return tf.sin(x), lambda dy: dy * tf.cosh(x)

    function = custom if kind == "custom" else tf.sin

    def answer():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(n):
                y = function(y)
        return {"y": y, "dx": tape.gradient(y, x)}

    return answer
