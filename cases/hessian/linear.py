"""A linear function's Hessian is None, because its gradient does not depend on the source, and zeros on request.

f(x) = c . x: the gradient c is a constant, not connected to x. Oracle: ``UnconnectedGradients`` documents NONE and ZERO; the
Hessian of a linear function is 0. relu(x) summed is the same away from 0, but its gradient is connected through the comparison's
op, so zeros come back without asking: by the oracle either way [x > 0] has derivative 0.

Source: documentation of tf.UnconnectedGradients; the guide, Hessian.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "function": ("linear", "relu", "abs"),
    "unconnected": ("none", "zero"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = (
    {"how": "graph_while", "function": "abs"},
    {"function": "relu", "unconnected": "zero"},
)


def inputs(function, unconnected, how):
    return np.array([0.5, -1.5, 2.0])


def oracle(function, unconnected, how):
    none = function == "linear" and unconnected == "none"
    return {"is_none": none, "hessian": None if none else np.zeros((3, 3))}


def build(function, unconnected, how):
    x = tf.constant(inputs(function, unconnected, how))
    mode, loop = how.split("_")

    def take(x):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = {"linear": lambda: 3 * x, "relu": lambda: tf.nn.relu(x), "abs": lambda: tf.abs(x)}[function]()
                y = tf.reduce_sum(y)
            gradient = inner.gradient(y, x)
        return outer.jacobian(gradient, x, unconnected_gradients=unconnected, experimental_use_pfor=loop == "pfor")

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        hessian = call(x)
        return {"is_none": hessian is None, "hessian": hessian}

    return answer
