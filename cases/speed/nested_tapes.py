"""n nested tapes give the derivative of order n of a sine, eagerly and in a graph.

Timed: one derivative. Every tape records the backward pass of the one inside, so the number of ops grows with the order, eagerly
faster than in a graph, which drops what it need not know.

Oracle: the derivative of order n of sin(x) is sin(x + n pi / 2), that is cos(x), -sin(x), -cos(x), sin(x).

Source: TensorFlow guide, "Advanced automatic differentiation", Higher-order gradients.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"mode": ("eager", "graph"), "n": (1, 2, 3, 4)}
TIMED = {"unit": "calls"}


def inputs(**_):
    return np.linspace(0.2, 2.2, 4096).astype(np.float32)


def oracle(mode, n):
    return {"derivative": np.sin(inputs().astype(np.float64) + n * np.pi / 2)}


def floor(mode, n):
    x = inputs()
    function, sign = ((np.sin, 1), (np.cos, 1), (np.sin, -1), (np.cos, -1))[n % 4]
    return lambda: {"derivative": sign * function(x)}


def build(mode, n):
    def derivative(x, order):
        if order == 0:
            return tf.sin(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = derivative(x, order - 1)
        return tape.gradient(y, x)

    call = _compat.in_mode(lambda x: derivative(x, n), mode, autograph=False)
    x = tf.constant(inputs())
    return lambda: {"derivative": call(x)}
