"""The gradient through ``tf.py_function`` can be asked more than once, like any other.

z = sum(q), q = x³ by ``tf.py_function``, whose documentation calls it "once-differentiable", later "differentiable (once)": to
first order, as the word is used. Asked once; twice of a persistent tape ("multiple calls to the gradient() method"); of two
tapes that both recorded it; and of a second call of the function.

Oracle: 3x² each time.

Source: documentation of tf.py_function and of tf.GradientTape, argument persistent.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"mode": ("eager", "graph", "nested_graph"), "asked": ("once", "persistent", "two_tapes", "two_calls")}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = (
    {"mode": "nested_graph", "asked": "two_calls"},
    {"mode": "nested_graph", "asked": "two_tapes"},
)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32)


def oracle(asked, **_):
    right = 3.0 * inputs().astype(np.float64) ** 2
    return {"first": right, "second": None if asked == "once" else right}


def build(mode, asked):
    x = tf.Variable(inputs())

    def cubed():
        return tf.reduce_sum(tf.py_function(lambda v: v * v * v, [x], tf.float32))

    def gradients():
        with tf.GradientTape(persistent=asked == "persistent") as tape, tf.GradientTape() as other:
            z = cubed()
        first = tape.gradient(z, x)
        if asked == "persistent":
            return first, tape.gradient(z, x)
        return first, (other.gradient(z, x) if asked == "two_tapes" else None)

    call = _compat.in_mode(gradients, mode)

    def answer():
        first, second = call()
        return {"first": first, "second": call()[0] if asked == "two_calls" else second}

    return answer
