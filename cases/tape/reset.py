"""``tape.reset()`` forgets what was recorded and what was watched; what is computed afterwards keeps its gradient.

The guide's example: y_sq = y², then under a Python condition ``tape.reset()``, then z = x² + y_sq. Its documentation:
"Equivalent to exiting and reentering the tape context manager with a new tape".

Oracle: without reset dz/dx = 2x and dz/dy = 2y by the power rule. With reset y_sq is a constant, so dz/dy is None; dz/dx = 2x
for a variable, which the new tape watches when it is read, and for a tensor that is watched again; a tensor that was watched
only before the reset gives None, as it would on a new tape. At x = 2 the guide prints 4.0 and None.

Source: TensorFlow guide, "Advanced automatic differentiation", Reset; documentation of tf.GradientTape.reset.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "reset": (True, False),
    "source": ("variable", "tensor", "tensor_watched_again"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": ("nested_graph", "jit"), "source": ("tensor", "tensor_watched_again")},)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32), np.array([3.0, 0.5, -2.0], np.float32)


def oracle(reset, source, **_):
    x, y = (value.astype(np.float64) for value in inputs())
    if reset:
        return {"dz_dx": None if source == "tensor" else 2.0 * x, "dz_dy": None}
    return {"dz_dx": 2.0 * x, "dz_dy": 2.0 * y}


def build(mode, reset, source):
    make = tf.Variable if source == "variable" else tf.constant
    x, y = (make(value) for value in inputs())

    def gradients():
        with tf.GradientTape() as tape:
            if source != "variable":
                tape.watch([x, y])
            y_sq = y * y
            if reset:
                tape.reset()
                if source == "tensor_watched_again":
                    tape.watch(x)
            z = tf.reduce_sum(x * x + y_sq)
        return tape.gradient(z, {"x": x, "y": y})

    call = _compat.in_mode(gradients, mode)

    def answer():
        grad = call()
        return {"dz_dx": grad["x"], "dz_dy": grad["y"]}

    return answer
