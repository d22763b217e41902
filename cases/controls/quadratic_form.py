"""Gradient, Hessian and Hessian-vector product of x^T A x with small integers are exact, by any route and in any float type.

All entries are integers of size 4 at most in 6 dimensions, so that all results stay below 2^11, far below the 2^24 up to
which float32 holds every integer, and no sum is rounded, in whatever order it is taken. A point that differs would be a fault
of the suite.

Oracle: value x^T A x, gradient (A + A^T) x, Hessian A + A^T, product (A + A^T) v.

Source: Petersen and Pedersen, "The Matrix Cookbook", 2.4.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "route": ("gradient", "jacobian", "product"),
    "mode": ("eager", "graph"),
    "dtype": ("float32", "float64"),
}
EXCLUDE = ({"dtype": "float64", "mode": "graph"}, {"route": "jacobian", "mode": "eager", "dtype": "float64"})
RTOL = 0.0


def inputs(route, mode, dtype):
    random = np.random.RandomState(83)
    return random.randint(-4, 5, size=(6, 6)), random.randint(-3, 4, size=6), random.randint(-3, 4, size=6)


def oracle(route, mode, dtype):
    a, x, v = inputs(route, mode, dtype)
    both = a + a.T
    found = {"value": x @ a @ x, "gradient": both @ x}
    return dict(found, **{"jacobian": {"hessian": both}, "product": {"product": both @ v}}.get(route, {}))


def build(route, mode, dtype):
    a, x, v = (tf.constant(array, dtype) for array in inputs(route, mode, dtype))

    def take(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                value = tf.tensordot(x, tf.linalg.matvec(a, x), 1)
            gradient = inner.gradient(value, x)
        found = {"value": value, "gradient": gradient}
        if route == "jacobian":
            found["hessian"] = outer.jacobian(gradient, x)
        if route == "product":
            found["product"] = outer.gradient(gradient, x, output_gradients=v)
        return found

    call = _compat.in_mode(take, mode, autograph=False)
    return lambda: call(x)
