"""A tensor that a custom gradient's function takes from its closure has no gradient, whatever else the tape watches.

y = k x with a grad_fn that returns 10 times the true gradient for the argument x; the tensor k comes from the closure. The tape
watches both, the closure's tensor alone, or the argument alone.

Oracle: the gradient "is determined by f(x)[1]", which has a place for arguments and variables only, so dk is None; dx = 10 w k
if x is watched, and None if not. The wrong answer "through the operations" is dk = sum(w x), the derivative of what the
function computed.

Source: documentation of tf.custom_gradient.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"watched": ("both", "closure", "argument"), "mode": ("eager", "graph", "nested_graph", "jit")}
EXCLUDE = ({"mode": ("nested_graph", "jit"), "watched": "argument"},)


def inputs(watched, mode):
    return np.array([1.0, 2.0, -4.0], np.float32), np.array([0.5, -1.0, 2.0], np.float32)


def oracle(watched, mode):
    x, w = (array.astype(np.float64) for array in inputs(watched, mode))
    return {"y": 3.0 * x, "dx": None if watched == "closure" else 30.0 * w, "dk": None}


def explanations(watched, mode):
    x, w = (array.astype(np.float64) for array in inputs(watched, mode))
    return {"through the operations": {"dk": np.sum(w * x)}}


def build(watched, mode):
    x, w = (tf.constant(array) for array in inputs(watched, mode))

    def gradient(x, k):
        @tf.custom_gradient
        def scale(x):
            return k * x, lambda dy: 10.0 * k * dy

        with tf.GradientTape() as tape:
            tape.watch({"both": [x, k], "closure": [k], "argument": [x]}[watched])
            y = scale(x)
            total = tf.reduce_sum(w * y)
        return y, tape.gradient(total, [x, k])

    call = _compat.in_mode(gradient, mode)

    def answer():
        y, (dx, dk) = call(x, tf.constant(3.0))
        return {"y": y, "dx": dx, "dk": dk}

    return answer
