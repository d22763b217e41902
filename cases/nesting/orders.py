"""Nested tapes give derivatives of any order: one tape for each, up to six.

sin, exp, x^5, softplus and tanh at nine points from 0.2 to 2.2, where none of these derivatives is singular.

Oracle: closed forms and the polynomial recurrences of ``_functions.py``; the sixth derivative of x^5 is zero.

Source: TensorFlow guide, "Advanced automatic differentiation", Higher-order gradients.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.nesting import _functions

PARAMS = {
    "function": ("sin", "exp", "power5", "softplus", "tanh"),
    "order": (1, 2, 3, 4, 5, 6),
    "mode": ("eager", "graph", "jit"),
    "dtype": ("float32", "float64"),
}
EXCLUDE = (
    {"mode": "graph", "dtype": "float32"},
    {"mode": "jit", "dtype": "float64"},
    {"mode": "jit", "order": (1, 2, 4, 5)},
    {"mode": "jit", "function": ("exp", "power5", "softplus", "tanh")},
    {"mode": "graph", "order": (2, 4, 5), "function": ("exp", "power5", "softplus", "tanh")},
)
# By the recurrence a derivative of order 6 of tanh is a sum of terms up to 720 that cancel to some units: 6 orders cost a
# factor of some tens over 8 ulp, in the oracle too. The outputs are named by their dtype, so that float64 is held to its own
# precision.
RTOL = {"float32": 2e-5, "float64": 2e-13}


def inputs(dtype, **_):
    return np.linspace(0.2, 2.2, 9).astype(dtype)


def oracle(function, order, dtype, **_):
    return {dtype: _functions.derivative(function, order, inputs(dtype).astype(np.float64))}


def build(function, order, mode, dtype):
    functions = {
        "sin": tf.sin,
        "exp": tf.exp,
        "power5": lambda x: x**5,
        "softplus": tf.math.softplus,
        "tanh": tf.tanh,
    }

    def derivative(x, order):
        if order == 0:
            return functions[function](x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = derivative(x, order - 1)
        return tape.gradient(y, x)

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(lambda x: derivative(x, order)), mode)
    x = tf.constant(inputs(dtype))
    return lambda: {dtype: call(x)}
