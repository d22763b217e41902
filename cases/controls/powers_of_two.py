"""Multiplying by a power of two changes no digit, from the smallest to the largest numbers that are not denormal.

y = 2^k x, and back by division, for x = 1 + j / 8: only exponents change, so that y, y / 2^k = x and the gradients 2^k w are
exact. A point that differs would be a fault of the suite.

Oracle: the same in float64, which holds all of it.

Source: IEEE 754, exactness of scaling by powers of the radix in the absence of underflow and overflow.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"k": (-120, -3, 3, 120), "mode": ("eager", "graph", "jit")}
EXCLUDE = ({"mode": ("graph", "jit"), "k": (-120, -3, 3)},)
RTOL = 0.0


def inputs(k, mode):
    return 1.0 + np.arange(8) / 8.0, np.array([1.0, -2.0, 0.5, 4.0, -0.25, 1.0, 8.0, -1.0])


def oracle(k, mode):
    x, w = inputs(k, mode)
    return {"y": 2.0**k * x, "back": x, "dx": 2.0**k * w, "dx_back": w}


def build(k, mode):
    x, w = (tf.constant(array, tf.float32) for array in inputs(k, mode))
    scale = tf.constant(2.0**k, tf.float32)

    def take(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = scale * x
            back = y / scale
        return y, back, tape.gradient(y, x, output_gradients=w), tape.gradient(back, x, output_gradients=w)

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        return dict(zip(("y", "back", "dx", "dx_back"), call(x)))

    return answer
