"""What is computed inside ``tape.stop_recording()`` has no gradient; what is computed outside keeps its own.

The guide's example: z = x² + y², with y² computed while the tape did not record. Then dz/dx = 2x and dz/dy is None, since the
tape never saw a path from y to z. Oracle: the derivative of x² by the power rule; at x = 2 the guide prints 4.0 and None.

Source: TensorFlow guide, "Advanced automatic differentiation", Stop recording.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"mode": ("eager", "graph", "nested_graph", "jit"), "n": (1, 64)}
EXCLUDE = ({"mode": ("nested_graph", "jit"), "n": 64},)


def inputs(mode, n):
    return np.linspace(2.0, 3.0, n).astype(np.float32)


def oracle(mode, n):
    return {"dz_dx": 2.0 * inputs(mode, n).astype(np.float64), "dz_dy": None}


def build(mode, n):
    x = tf.Variable(inputs(mode, n))
    y = tf.Variable(inputs(mode, n) + 1.0)

    def gradients():
        with tf.GradientTape() as tape:
            x_sq = x * x
            with tape.stop_recording():
                y_sq = y * y
            z = tf.reduce_sum(x_sq + y_sq)
        return tape.gradient(z, {"x": x, "y": y})

    call = _compat.in_mode(gradients, mode)

    def answer():
        grad = call()
        return {"dz_dx": grad["x"], "dz_dy": grad["y"]}

    return answer
