"""A tape warns once each when a watched tensor, a target or a source is not of a floating type, and never for a float.

Without the warning, None is a riddle. z = x + x of the dtype asked (joined, for strings).

Oracle: the gradient is 2 without a warning for floats; None for others, and each of the three sentences "The dtype of the
watched / target / source tensor must be floating" once.

Explanation "only the watch warns": the other two are written for debugging only (``vlog(1)``), so they do not reach the user.

Source: TensorFlow guide, "Introduction to gradients", Took gradients through an integer or string; tf.GradientTape's source.
"""

import logging

import numpy as np
import tensorflow as tf

from cases import _compat

# TensorFlow prints each sentence at most five times in a process: four points of this case print it.
PARAMS = {"mode": ("eager", "graph"), "dtype": ("float32", "int32", "string")}
TRACK = ("watched", "target", "source")


def inputs(dtype, **_):
    return {"float32": 1.5, "int32": 3, "string": "abc"}[dtype]


def oracle(dtype, **_):
    floating = dtype == "float32"
    count = 0 if floating else 1
    return {"dz_dx": np.float64(2.0) if floating else None, "watched": count, "target": count, "source": count}


def explanations(**_):
    return {"only the watch warns": {"target": 0, "source": 0}}


class _Messages(logging.Handler):
    def __init__(self):
        super().__init__()
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())


def build(mode, dtype):
    x = tf.constant(inputs(dtype))

    def gradient():
        with tf.GradientTape() as tape:
            tape.watch(x)
            z = x + x
        return tape.gradient(z, x)

    call = _compat.in_mode(gradient, mode)

    def answer():
        messages = _Messages()
        tf.get_logger().addHandler(messages)
        try:
            dz_dx = call()
        finally:
            tf.get_logger().removeHandler(messages)
        counts = {
            name: sum("dtype of the {} tensor must be floating".format(name) in text for text in messages.texts)
            for name in TRACK
        }
        return dict(counts, dz_dx=dz_dx)

    return answer
