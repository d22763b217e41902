"""``parallel_iterations`` changes how the Jacobian is computed, not what it is.

"A knob to control how many iterations are dispatched in parallel": None, 1, and one that does not divide the 6 elements
of the target.

Oracle: y_i = x_i^2 s with s = sum(x): J_ik = 2 x_i s [i = k] + x_i^2.

Source: documentation of tf.GradientTape.jacobian.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"parallel": ("None", 1, 4), "mode": ("eager", "graph"), "loop": ("pfor", "while")}
EXCLUDE = (
    {"mode": "eager", "loop": "while"},
    {"mode": "graph", "loop": "pfor"},
    {"mode": "graph", "parallel": 4},
)


def inputs(parallel, mode, loop):
    return np.array([0.5, -1.25, 2.0, 0.75, 1.0, -0.5])


def oracle(parallel, mode, loop):
    x = inputs(parallel, mode, loop)
    return {"jacobian": np.diag(2 * x * x.sum()) + (x * x)[:, None]}


def build(parallel, mode, loop):
    x = tf.constant(inputs(parallel, mode, loop))

    def take(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x * tf.reduce_sum(x)
        return tape.jacobian(
            y,
            x,
            parallel_iterations=None if parallel == "None" else parallel,
            experimental_use_pfor=loop == "pfor",
        )

    call = _compat.in_mode(take, mode, autograph=False)
    return lambda: {"jacobian": call(x)}
