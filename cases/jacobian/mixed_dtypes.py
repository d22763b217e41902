"""The Jacobian has the source's type, also where the target has another.

A float32 target of a float64 source, the reverse, and a real target of a complex source, as in losses of mixed precision and of
signals.

Oracle: for y_i = cast(x_i^2), J = diag(2 x). For a real y_i = |z_i|^2 TensorFlow's gradient in z is 2 z (the direction of
steepest ascent, twice the derivative by the conjugate). All numbers are exact.

Source: documentation of tf.GradientTape.jacobian, which promises nothing less for ``experimental_use_pfor=False``.
"""

import numpy as np
import tensorflow as tf

from cases.jacobian import _take

PARAMS = {
    "target": ("narrower", "wider", "squared_modulus"),
    "mode": ("eager", "graph"),
    "loop": ("pfor", "while"),
}
EXCLUDE = (
    {"mode": "graph", "loop": "pfor"},
    {"target": "wider", "mode": "graph"},
)


def inputs(target, mode, loop):
    x = np.array([0.5, 1.25, -0.75])
    if target == "narrower":
        return x
    if target == "wider":
        return x.astype(np.float32)
    return x + 1j * np.array([1.0, -0.5, 0.25])


def oracle(target, mode, loop):
    x = inputs(target, mode, loop)
    return {"jacobian": np.diag(2 * x), "dtype": x.dtype.name}


def build(target, mode, loop):
    x = tf.constant(inputs(target, mode, loop))

    def function(x):
        if target == "narrower":
            return tf.cast(x * x, tf.float32)
        if target == "wider":
            return tf.cast(x * x, tf.float64)
        return tf.math.real(x * tf.math.conj(x))

    call = _take.jacobian(function, mode, loop)

    def answer():
        _, (jacobian,) = call(x)
        return {"jacobian": jacobian, "dtype": jacobian.dtype.name}

    return answer
