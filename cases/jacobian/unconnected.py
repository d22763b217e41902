"""An unconnected source's Jacobian is None, and with ``unconnected_gradients=ZERO`` zeros of target shape and source shape.

The source is unconnected in four ways: it is not used, the path goes through ``stop_gradient``, through integers, or only
through a comparison. A second source x is connected, so that the answer for it is seen to be unharmed.

Oracle: ``UnconnectedGradients`` documents NONE (None) and ZERO (zeros of the source's shape, here for each element of the
target). dy_i/dx_k = 2 x_i [i = k] for y = x * x + (what depends on u in no differentiable way).

Source: documentation of tf.UnconnectedGradients and tf.GradientTape.jacobian.
"""

import numpy as np
import tensorflow as tf

from cases.jacobian import _take

PARAMS = {
    "path": ("unused", "stop_gradient", "integer", "comparison"),
    "unconnected": ("none", "zero"),
    "mode": ("eager", "graph"),
    "loop": ("pfor", "while"),
}
EXCLUDE = (
    {"mode": "eager", "loop": "while"},
    {"mode": "graph", "loop": "pfor"},
    {"mode": "graph", "path": ("integer", "comparison")},
    {"mode": "graph", "path": "stop_gradient"},
    {"path": ("stop_gradient", "comparison"), "unconnected": "zero"},
)


def inputs(path, unconnected, mode, loop):
    return np.array([0.5, 1.5, -2.0]), np.array([[1.25, 2.25]])


def oracle(path, unconnected, mode, loop):
    x, u = inputs(path, unconnected, mode, loop)
    return {"dx": np.diag(2 * x), "du": None if unconnected == "none" else np.zeros((3,) + u.shape)}


def build(path, unconnected, mode, loop):
    x, u = (tf.constant(array) for array in inputs(path, unconnected, mode, loop))

    def function(x, u):
        if path == "unused":
            return x * x
        if path == "stop_gradient":
            return x * x + tf.reduce_sum(tf.stop_gradient(u))
        if path == "integer":
            return x * x + tf.reduce_sum(tf.cast(tf.cast(u, tf.int32), tf.float64))
        return x * x + tf.reduce_sum(tf.cast(u > 0, tf.float64))

    call = _take.jacobian(function, mode, loop, unconnected_gradients=unconnected)

    def answer():
        _, (dx, du) = call(x, u)
        return {"dx": dx, "du": du}

    return answer
