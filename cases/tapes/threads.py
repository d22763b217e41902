"""A tape records in its own thread only: what another thread computes meanwhile is a constant for it, and has its own tapes.

Under a tape of the main thread, a second thread computes y = x² under a tape of its own; then the main thread takes z = x y.

Oracle: the second thread's tape gives dy/dx = 2x; the main one has no path through y, so dy/dx = None and dz/dx = y = x².

Source: tf.GradientTape's tapes are kept per thread (thread-local stack in its source); documentation is silent on it.
"""

import threading

import numpy as np
import tensorflow as tf

PARAMS = {"source": ("tensor", "variable"), "forward": ("plain", "decorated")}


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32)


def oracle(**_):
    x = inputs().astype(np.float64)
    return {"own_y": 2 * x, "main_y": None, "main_z": x * x}


def build(source, forward):
    x = (tf.Variable if source == "variable" else tf.constant)(inputs())

    def square():
        return x * x

    square = tf.function(square) if forward == "decorated" else square

    def answer():
        made = []

        def work():
            with tf.GradientTape() as own:
                own.watch(x)
                y = square()
            made.extend([y, own.gradient(y, x)])

        with tf.GradientTape(persistent=True) as main:
            main.watch(x)
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            z = x * made[0]
        return {"own_y": made[1], "main_y": main.gradient(made[0], x), "main_z": main.gradient(z, x)}

    return answer
