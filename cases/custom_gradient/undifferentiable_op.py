"""A custom gradient makes an op without a gradient differentiable; in a traced function the op has to be stopped.

``shuffle``: the documentation's ``tf.random.shuffle``, which "does not have a registered gradient"; ``area``: ResizeArea to the
size that the image has, which has none either. ``bare``: no custom gradient. ``custom``: the op directly in the function with
the custom gradient. ``traced``: the op in a ``tf.function`` inside it, called in eager execution as in the documentation.
``stopped``: that, with ``tf.stop_gradient``.

Oracle: the custom gradient passes the upstream w through: dx = w. Without one, LookupError ("if an op is used in tf.function
without registered gradient, a LookupError will be raised"); and, says the documentation, for ``traced`` too, since the tape
still watches the forward pass and a gradient graph of the inner function is built ("This will raise").

Source: documentation of tf.custom_gradient (tf.random.shuffle and tf.stop_gradient).
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "op": ("shuffle", "area"),
    "spelling": ("bare", "traced", "custom", "stopped"),
    "mode": ("eager", "graph", "nested_graph"),
}
EXCLUDE = ({"spelling": ("bare", "traced"), "mode": ("graph", "nested_graph")},)


def inputs(op, spelling, mode):
    x, w = np.array([[0.3, 0.5], [2.0, -1.0]], np.float32)
    return x.reshape(1, 2, 1, 1), w.reshape(1, 2, 1, 1)


def oracle(op, spelling, mode):
    if spelling in ("bare", "traced"):
        return {"error": "LookupError", "dx": None}
    return {"error": "none", "dx": inputs(op, spelling, mode)[1].astype(np.float64)}


def explanations(op, spelling, mode):
    return {
        "the custom gradient, not refused": {"error": "none", "dx": inputs(op, spelling, mode)[1].astype(np.float64)},
        "no gradient": {"error": "none", "dx": None},
    }


def build(op, spelling, mode):
    x, w = (tf.constant(array) for array in inputs(op, spelling, mode))

    def undifferentiable(x):
        return tf.random.shuffle(x) if op == "shuffle" else tf.raw_ops.ResizeArea(images=x, size=[2, 1])

    @tf.custom_gradient
    def custom(x):
        @tf.function
        def inner():
            y = undifferentiable(x)
            return tf.stop_gradient(y) if spelling == "stopped" else y

        return undifferentiable(x) if spelling == "custom" else inner(), lambda upstream: upstream

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = undifferentiable(x) if spelling == "bare" else custom(x)
            total = tf.reduce_sum(w * y)
        return tape.gradient(total, x)

    call = _compat.in_mode(gradient, mode)

    def answer():
        found = {"dx": None}

        def ask():
            found["dx"] = call(x)

        found["error"] = _compat.error_of(ask)
        return found

    return answer
