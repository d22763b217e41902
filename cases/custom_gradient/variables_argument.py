"""A grad_fn that takes ``variables`` decides the gradients of the variables that the function reads.

The documentation's polynomial, y = b + a x with variables a and b. ``variables`` is asked for as an ordinary argument, as a
keyword-only argument after ``*grad_ys`` (the signature that the documentation writes: ``g(*grad_ys, variables=None)``), and
through ``**kwargs``.

Oracle: the grad_fn returns 10 times the gradient for x and 100 times the one for each variable, so that a gradient that did not
come from it shows. With w upstream: dx = 10 w a, da = 100 sum(w x), db = 100 sum(w). Which of the variables comes first in the
list is not promised, so the grad_fn looks at each.

Source: documentation of tf.custom_gradient.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "signature": ("argument", "keyword_only", "kwargs"),
    "variables": ("one", "two"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "signature": "kwargs"},
    {"mode": ("nested_graph", "jit"), "variables": "two"},
)


def inputs(signature, variables, mode):
    return np.array([1.0, 2.0, 3.0], np.float32), np.array([0.5, -1.0, 2.0], np.float32)


def oracle(signature, variables, mode):
    x, w = (array.astype(np.float64) for array in inputs(signature, variables, mode))
    db = 100.0 * w.sum() if variables == "two" else None
    return {"y": 0.25 + 1.5 * x, "dx": 10.0 * w * 1.5, "da": 100.0 * (w * x).sum(), "db": db}


def build(signature, variables, mode):
    x, w = (tf.constant(array) for array in inputs(signature, variables, mode))
    a, b = tf.Variable(1.5, name="a"), tf.Variable(0.25, name="b")

    @tf.custom_gradient
    def line(x):
        def gradients(dy, variables):
            of = [100.0 * tf.reduce_sum(dy * x if variable is a else dy) for variable in variables]
            return 10.0 * dy * a, of

        def argument(dy, variables=None):
            return gradients(dy, variables)

        def keyword_only(*dys, variables=None):
            return gradients(dys[0], variables)

        def kwargs(dy, **kwargs):
            return gradients(dy, kwargs["variables"])

        grad_fn = {"argument": argument, "keyword_only": keyword_only, "kwargs": kwargs}[signature]
        return (b if variables == "two" else 0.25) + a * x, grad_fn

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = line(x)
            total = tf.reduce_sum(w * y)
        return y, tape.gradient(total, [x, a, b])

    call = _compat.in_mode(gradient, mode)

    def answer():
        y, (dx, da, db) = call(x)
        return {"y": y, "dx": dx, "da": da, "db": db}

    return answer
