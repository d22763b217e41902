"""Within a graph, tapes and ``tf.gradients`` nest in each other in every combination.

y = sin(x) x elementwise, differentiated twice: tape over tape, tape over ``tf.gradients``, ``tf.gradients`` over a tape,
``tf.gradients`` twice.

Oracle: y' = sin x + x cos x, y'' = 2 cos x - x sin x.

Source: documentation of tf.gradients ("only valid in a graph context") and tf.GradientTape.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("graph", "nested_graph", "jit"),
    "outer": ("tape", "gradients"),
    "inner": ("tape", "gradients"),
}
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "outer": "tape", "inner": "gradients"},
    {"mode": ("nested_graph", "jit"), "outer": "gradients", "inner": "tape"},
)


def inputs(**_):
    return np.linspace(-2.0, 2.0, 9).astype(np.float32)


def oracle(**_):
    x = inputs().astype(np.float64)
    return {"first": np.sin(x) + x * np.cos(x), "second": 2.0 * np.cos(x) - x * np.sin(x)}


def build(mode, outer, inner):
    def differentiate(function, x, how):
        if how == "gradients":
            y = function(x)
            return y, tf.gradients(y, x)[0]
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return y, tape.gradient(y, x)

    def first(x):
        return differentiate(lambda x: tf.sin(x) * x, x, inner)[1]

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(lambda x: differentiate(first, x, outer)), mode)
    x = tf.constant(inputs())
    return lambda: dict(zip(("first", "second"), call(x)))
