"""Two tapes on one sum each give the derivative with respect to what they watch, and None for what the other watches.

The guide's example: y = sin(x0) + sigmoid(x1), tape0 watches x0, tape1 watches x1.

Oracle: d/dx0 = cos(x0) and d/dx1 = s(1 - s) with s = 1 / (1 + exp(-x1)); at 0 the guide prints 1.0 and 0.25. Crosswise None,
because a tape has no path from a tensor that it does not watch.

Source: TensorFlow guide, "Advanced automatic differentiation", Multiple tapes.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "dtype": ("float32", "float64"),
    "n": (1, 64),
}
EXCLUDE = (
    {"dtype": "float64", "n": 64},
    {"mode": ("nested_graph", "jit"), "dtype": "float64"},
    {"mode": ("nested_graph", "jit"), "n": 64},
)


def inputs(dtype, n, **_):
    if n == 1:
        return np.zeros((), dtype), np.zeros((), dtype)
    return np.linspace(-3.0, 3.0, n).astype(dtype), np.linspace(-4.0, 2.0, n).astype(dtype)


def oracle(dtype, n, **_):
    x0, x1 = (value.astype(np.float64) for value in inputs(dtype, n))
    s = 1.0 / (1.0 + np.exp(-x1))
    return {"tape0_x0": np.cos(x0), "tape0_x1": None, "tape1_x0": None, "tape1_x1": s * (1.0 - s)}


def build(mode, dtype, n):
    def gradients(x0, x1):
        with tf.GradientTape() as tape0, tf.GradientTape() as tape1:
            tape0.watch(x0)
            tape1.watch(x1)
            y0 = tf.math.sin(x0)
            y1 = tf.nn.sigmoid(x1)
            y = y0 + y1
            ys = tf.reduce_sum(y)
        return tape0.gradient(ys, [x0, x1]), tape1.gradient(ys, [x0, x1])

    call = _compat.in_mode(gradients, mode)
    x0, x1 = (tf.constant(value) for value in inputs(dtype, n))

    def answer():
        (tape0_x0, tape0_x1), (tape1_x0, tape1_x1) = call(x0, x1)
        return {"tape0_x0": tape0_x0, "tape0_x1": tape0_x1, "tape1_x0": tape1_x0, "tape1_x1": tape1_x1}

    return answer
