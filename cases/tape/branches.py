"""The gradient of a conditional is that of the branch that was taken, however the condition is spelled.

f(x) = x² for x > 1, else sin x, for a scalar x at 2 and at 0.5; ``where`` chooses by element. ``tape`` is inside the decorated
function, or outside of it.

Oracle: 2x or cos x. Both branches are smooth, so the other one has nothing to add.

Source: TensorFlow guide, "Introduction to gradients", Control flow; documentation of tf.cond, tf.case, tf.switch_case.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "spelling": ("python_if", "cond", "case", "switch_case", "where"),
    "x": (2.0, 0.5),
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "tape": ("inside", "outside"),
}
# Where nothing is decorated, the tape is outside of nothing.
EXCLUDE = (
    {"mode": ("eager", "nested_graph", "jit"), "tape": "outside"},
    {"mode": "nested_graph", "x": 0.5},
    {"mode": ("nested_graph", "jit"), "spelling": ("cond", "case", "switch_case", "where")},
    {"mode": "graph", "tape": "outside", "x": 0.5},
    {"mode": "graph", "tape": "outside", "spelling": ("case", "switch_case", "where")},
    {"mode": "graph", "x": 0.5, "spelling": ("case", "switch_case", "where")},
    {"mode": "jit", "x": 0.5},
)


def oracle(x, **_):
    return {
        "value": np.float64(x * x if x > 1.0 else np.sin(x)),
        "gradient": np.float64(2.0 * x if x > 1.0 else np.cos(x)),
    }


def build(spelling, x, mode, tape):
    def python_if(x):
        if x > 1.0:
            y = x * x
        else:
            y = tf.sin(x)
        return y

    spellings = {
        "python_if": python_if,
        "cond": lambda x: tf.cond(x > 1.0, lambda: x * x, lambda: tf.sin(x)),
        "case": lambda x: tf.case([(x > 1.0, lambda: x * x)], default=lambda: tf.sin(x)),
        "switch_case": lambda x: tf.switch_case(tf.cast(x > 1.0, tf.int32), [lambda: tf.sin(x), lambda: x * x]),
        "where": lambda x: tf.where(x > 1.0, x * x, tf.sin(x)),
    }
    forward = spellings[spelling]
    if tape == "outside":
        forward = _compat.in_mode(forward, mode)

    def value_and_gradient(x):
        with tf.GradientTape() as recorder:
            recorder.watch(x)
            y = forward(x)
        return y, recorder.gradient(y, x)

    call = _compat.in_mode(value_and_gradient, mode) if tape == "inside" else value_and_gradient
    source = tf.constant(x)

    def answer():
        value, gradient = call(source)
        return {"value": value, "gradient": gradient}

    return answer
