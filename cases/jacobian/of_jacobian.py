"""The Jacobian of a Jacobian is the tensor of second derivatives, whichever loop computes either.

y = A x^3 for a matrix A, elementwise powers: J_ij = 3 A_ij x_j^2, T_ijk = 6 A_ij x_j [j = k].

Oracle: these two, by the power rule. With ``pfor`` twice, vectorized code is differentiated and vectorized again.

Source: documentation of tf.GradientTape; the guide, Hessian (a Jacobian of a gradient; this is one step further).
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "inner": ("pfor", "while"),
    "outer": ("pfor", "while"),
    "mode": ("eager", "graph", "jit"),
}
EXCLUDE = (
    {"mode": ("eager", "jit"), "inner": "while"},
    {"mode": ("eager", "jit"), "outer": "while"},
    {"inner": "while", "outer": "while"},
    {"mode": "graph", "inner": "pfor", "outer": "pfor"},
)
TIME_LIMIT_S = 20.0


def inputs(inner, outer, mode):
    random = np.random.RandomState(19)
    return random.normal(size=(3, 4)), np.array([0.5, -1.25, 2.0, 0.75])


def oracle(inner, outer, mode):
    a, x = inputs(inner, outer, mode)
    return {"first": 3 * a * x**2, "second": np.einsum("ij,jk->ijk", 6 * a * x, np.eye(4))}


def build(inner, outer, mode):
    a, x = (tf.constant(array) for array in inputs(inner, outer, mode))

    def take(x):
        with tf.GradientTape(persistent=True) as outer_tape:
            outer_tape.watch(x)
            with tf.GradientTape(persistent=True) as inner_tape:
                inner_tape.watch(x)
                y = tf.linalg.matvec(a, x * x * x)
            first = inner_tape.jacobian(y, x, experimental_use_pfor=inner == "pfor")
        return first, outer_tape.jacobian(first, x, experimental_use_pfor=outer == "pfor")

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        first, second = call(x)
        return {"first": first, "second": second}

    return answer
