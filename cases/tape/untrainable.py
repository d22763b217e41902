"""A variable that is not trainable has no gradient unless the tape is told to watch it; neither has a plain tensor.

z = sum(s sin(x)) with x trainable and s of the kind asked for. Oracle: dz/dx = s cos(x) always. dz/ds = sin(x) for a trainable
variable and for anything watched, else None. The introduction to gradients prints ``None`` for its variable with
``trainable=False``, for its ``variable + 1.0``, which is a tensor, and for its constant.

Source: TensorFlow guide, "Introduction to gradients", Controlling what the tape watches.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "kind": ("trainable", "untrainable", "sum_of_variable", "constant"),
    "watched": (True, False),
}
# Tracing takes the time: eager execution is asked in full, the graph of less, the other modes once or twice.
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "kind": ("untrainable", "sum_of_variable", "constant")},
    {"mode": "graph", "kind": "constant", "watched": False},
    {"mode": ("nested_graph", "jit"), "watched": False},
)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32), np.array([3.0, 0.5, -2.0], np.float32)


def oracle(kind, watched, **_):
    x, s = (value.astype(np.float64) for value in inputs())
    return {"dz_dx": s * np.cos(x), "dz_ds": np.sin(x) if watched or kind == "trainable" else None}


def build(mode, kind, watched):
    x_value, s_value = inputs()
    x = tf.Variable(x_value)
    kinds = {
        "trainable": lambda: tf.Variable(s_value),
        "untrainable": lambda: tf.Variable(s_value, trainable=False),
        "sum_of_variable": lambda: tf.Variable(s_value - 1.0) + 1.0,
        "constant": lambda: tf.constant(s_value),
    }
    s = kinds[kind]()

    def gradients():
        with tf.GradientTape() as tape:
            if watched:
                tape.watch(s)
            z = tf.reduce_sum(s * tf.sin(x))
        return tape.gradient(z, [x, s])

    call = _compat.in_mode(gradients, mode)

    def answer():
        dz_dx, dz_ds = call()
        return {"dz_dx": dz_dx, "dz_ds": dz_ds}

    return answer
