"""A source without a differentiable path to the target has gradient None; with ``unconnected_gradients="zero"``, zeros.

z = sum(x²) + p(y), where p has no derivative to offer: y is not used (``unused``), not watched, goes through
``tf.stop_gradient``, through an integer and back, through a comparison, or through ``tf.argmax``.

Oracle: dz/dx = 2x; dz/dy is None by default and zeros of y's shape (2, 3) and dtype for "zero", by the documentation of
tf.UnconnectedGradients.

Source: documentation of tf.UnconnectedGradients; guide, "Introduction to gradients", Zeros instead of None.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "unconnected": ("none", "zero"),
    "path": ("unused", "unwatched", "stopped", "integer", "comparison", "argmax"),
}
# Tracing takes the time: eager execution is asked in full, the graph of less, the other modes once or twice.
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "path": ("unwatched", "stopped", "integer", "comparison", "argmax")},
    {"mode": "graph", "unconnected": "none", "path": "comparison"},
    {"mode": "graph", "unconnected": "zero", "path": ("argmax", "integer", "unwatched")},
    {"mode": ("nested_graph", "jit"), "unconnected": "zero"},
)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32), np.array([[3.0, 0.5, -2.0], [1.0, 0.0, 4.0]], np.float32)


def oracle(unconnected, **_):
    x, y = (value.astype(np.float64) for value in inputs())
    zero = unconnected == "zero"
    return {"dz_dx": 2.0 * x, "dz_dy": np.zeros_like(y) if zero else None, "dtype": "float32" if zero else "none"}


def build(mode, unconnected, path):
    x_value, y_value = inputs()
    x = tf.Variable(x_value)
    y = tf.constant(y_value) if path == "unwatched" else tf.Variable(y_value)
    paths = {
        "unused": lambda: 0.0,
        "unwatched": lambda: tf.reduce_sum(y * y),
        "stopped": lambda: tf.reduce_sum(tf.stop_gradient(y * y)),
        "integer": lambda: tf.reduce_sum(tf.cast(tf.cast(y, tf.int32), tf.float32)),
        "comparison": lambda: tf.reduce_sum(tf.cast(y > 1.0, tf.float32)),
        "argmax": lambda: tf.reduce_sum(tf.cast(tf.argmax(y, axis=1), tf.float32)),
    }

    def gradients():
        with tf.GradientTape() as tape:
            z = tf.reduce_sum(x * x) + paths[path]()
        return tape.gradient(z, [x, y], unconnected_gradients=unconnected)

    call = _compat.in_mode(gradients, mode)

    def answer():
        dz_dx, dz_dy = call()
        return {"dz_dx": dz_dx, "dz_dy": dz_dy, "dtype": "none" if dz_dy is None else dz_dy.dtype.name}

    return answer
