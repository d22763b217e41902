"""Derivatives of a polynomial with integer coefficients at small integers are exact, to the third order, in every mode.

f(x) = 3 x^3 - 2 x^2 + x - 5 in Horner's form, at x = -4 ... 4: every intermediate result is an integer below 2^11, which even
float16 holds, so no op rounds and no order of ops matters. A point that differs would be a fault of the suite.

Oracle: f' = 9 x^2 - 4 x + 1, f'' = 18 x - 4, f''' = 18.

Source: the power rule; IEEE 754, exactness of small integers in binary16 and wider.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "order": (1, 2, 3),
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "dtype": ("float16", "float32", "float64"),
}
EXCLUDE = (
    {"dtype": ("float16", "float64"), "mode": ("graph", "nested_graph", "jit")},
    {"dtype": ("float16", "float64"), "order": (1, 2)},
    {"mode": "jit", "order": (1, 2)},
)
RTOL = 0.0


def inputs(order, mode, dtype):
    return np.arange(-4, 5)


def oracle(order, mode, dtype):
    x = inputs(order, mode, dtype)
    return {
        "y": 3 * x**3 - 2 * x**2 + x - 5,
        "derivative": {1: 9 * x**2 - 4 * x + 1, 2: 18 * x - 4, 3: np.full(9, 18)}[order],
    }


def build(order, mode, dtype):
    x = tf.constant(inputs(order, mode, dtype), dtype)

    def derivative(x, order):
        if order == 0:
            return ((3 * x - 2) * x + 1) * x - 5
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = derivative(x, order - 1)
        return tape.gradient(y, x)

    call = _compat.in_mode(lambda x: (derivative(x, 0), derivative(x, order)), mode, autograph=False)

    def answer():
        y, slope = call(x)
        return {"y": y, "derivative": slope}

    return answer
