"""A custom gradient inside control flow is used there, as it is outside of it.

The function is square(x) = x^2 with 10 times its gradient, called in ``tf.cond`` (the branch that is taken), in two rounds of
``tf.while_loop``, in ``tf.map_fn`` and ``tf.vectorized_map`` over the elements, in ``tf.scan`` as a running sum, and in a
Python loop.

Oracle: the elementwise custom gradient is 20 x, so for sum(w y): ``cond``, ``map_fn`` and ``vectorized_map`` 20 w x. Two rounds
(``while``, ``python_loop``): y = x^4, 20 (x^2) 20 x w = 400 w x^3. ``scan``: y_i = sum_{j <= i} x_j^2, so dx_j = 20 x_j sum_{i
>= j} w_i.

Source: documentation of tf.custom_gradient; TensorFlow guide, "Better performance with tf.function".
"""

import numpy as np
import tensorflow as tf

from cases.custom_gradient import _take

PARAMS = {
    "flow": ("cond", "while", "python_loop", "map_fn", "vectorized_map", "scan"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
EXCLUDE = (
    {"mode": "nested_graph", "flow": ("map_fn", "vectorized_map", "scan")},
    {"mode": "jit", "flow": ("while", "python_loop", "map_fn", "scan")},
    {"mode": "nested_graph", "flow": ("cond", "python_loop")},
)


def inputs(flow, mode):
    return np.array([1.0, -2.0, 0.5, 1.5], np.float32), np.array([0.5, -1.0, 2.0, 0.25], np.float32)


def oracle(flow, mode):
    x, w = (array.astype(np.float64) for array in inputs(flow, mode))
    if flow in ("while", "python_loop"):
        return {"y": x**4, "dx": 400.0 * w * x**3}
    if flow == "scan":
        return {"y": np.cumsum(x * x), "dx": 20.0 * x * np.cumsum(w[::-1])[::-1]}
    return {"y": x * x, "dx": 20.0 * w * x}


def explanations(flow, mode):
    # The true gradient: each of the one or two factors of 10 is lost.
    lost = 100.0 if flow in ("while", "python_loop") else 10.0
    return {"true gradient": {"dx": oracle(flow, mode)["dx"] / lost}}


def build(flow, mode):
    x, w = (tf.constant(array) for array in inputs(flow, mode))

    @tf.custom_gradient
    def square(x):
        return x * x, lambda dy: 20.0 * x * dy

    def cond(x):
        return tf.cond(tf.reduce_sum(x) > 0.0, lambda: square(x), lambda: -x)

    def while_loop(x):
        return tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, square(y)), (0, x), maximum_iterations=2)[1]

    flows = {
        "cond": cond,
        "while": while_loop,
        "python_loop": lambda x: square(square(x)),
        "map_fn": lambda x: tf.map_fn(square, x),
        "vectorized_map": lambda x: tf.vectorized_map(square, x),
        "scan": lambda x: tf.scan(lambda total, element: total + square(element), x, initializer=tf.constant(0.0)),
    }

    return _take.answers(flows[flow], mode, w, x)
