"""Rounding with an identity on the backward pass has the upstream gradient as its gradient; rounding itself has none.

Four ways to round: plain ``tf.round``, ``tf.custom_gradient`` with the identity, ``x + stop_gradient(round(x) - x)``, and
``tf.grad_pass_through(tf.round)``.

Oracle: y = sum_i w_i round(x_i), rounding half to even as ``tf.round`` documents it; the straight-through gradient is w. The op
Round is registered as not differentiable, so without a substitute the gradient is None.

Source: TensorFlow guide, Custom gradients; documentation of tf.round, tf.stop_gradient and tf.grad_pass_through.
"""

import numpy as np
import tensorflow as tf

from cases.custom_gradient import _take

PARAMS = {
    "spelling": ("plain", "custom_gradient", "stop_gradient", "pass_through"),
    "dtype": ("float32", "float64"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# Tracing takes the time: eager execution is asked in full, the graph of less, the other modes once or twice.
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "spelling": ("custom_gradient", "stop_gradient", "pass_through")},
    {"mode": ("nested_graph", "jit"), "dtype": "float64"},
    {"mode": "graph", "dtype": "float64", "spelling": ("custom_gradient", "stop_gradient", "pass_through")},
)


def inputs(spelling, dtype, mode):
    x = np.array([-2.5, -1.75, -0.5, 0.0, 0.25, 0.5, 1.5, 7.75])
    w = np.random.RandomState(3).normal(size=x.shape)
    return x.astype(dtype), w.astype(dtype)


def oracle(spelling, dtype, mode):
    x, w = (array.astype(np.float64) for array in inputs(spelling, dtype, mode))
    return {"rounded": np.round(x), "dx": None if spelling == "plain" else w}


def build(spelling, dtype, mode):
    x, w = (tf.constant(array) for array in inputs(spelling, dtype, mode))

    @tf.custom_gradient
    def identity_backward(x):
        return tf.round(x), lambda upstream: upstream

    rounding = {
        "plain": tf.round,
        "custom_gradient": identity_backward,
        "stop_gradient": lambda x: x + tf.stop_gradient(tf.round(x) - x),
        "pass_through": tf.grad_pass_through(tf.round),
    }[spelling]

    call = _take.gradient(rounding, mode, w)

    def answer():
        rounded, (dx,) = call(x)
        return {"rounded": rounded, "dx": dx}

    return answer
