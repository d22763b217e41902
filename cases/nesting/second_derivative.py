"""A gradient taken inside another tape's block is differentiated by that tape: x³ has 3x² and then 6x.

The guide's example, y = x · x · x with nested tapes over a variable, and over a watched tensor. Oracle: the power rule; at x = 1
the guide prints 3.0 and 6.0.

Source: TensorFlow guide, "Advanced automatic differentiation", Higher-order gradients.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "source": ("variable", "tensor"),
    "n": (1, 64),
}
EXCLUDE = ({"mode": ("nested_graph", "jit"), "n": 64},)


def inputs(n, **_):
    return np.ones((), np.float32) if n == 1 else np.linspace(-2.0, 3.0, n).astype(np.float32)


def oracle(n, **_):
    x = inputs(n).astype(np.float64)
    return {"dy_dx": 3.0 * x**2, "d2y_dx2": 6.0 * x}


def build(mode, source, n):
    x = (tf.Variable if source == "variable" else tf.constant)(inputs(n))

    def gradients():
        with tf.GradientTape() as t2:
            t2.watch(x)
            with tf.GradientTape() as t1:
                t1.watch(x)
                y = x * x * x
            dy_dx = t1.gradient(y, x)
        return dy_dx, t2.gradient(dy_dx, x)

    call = _compat.in_mode(gradients, mode)
    return lambda: dict(zip(("dy_dx", "d2y_dx2"), call()))
