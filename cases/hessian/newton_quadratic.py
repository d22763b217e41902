"""One Newton step minimises a quadratic, from anywhere.

f(x) = x^T A x / 2 - b^T x with A symmetric positive definite. Oracle: the Hessian is A, and x - A^-1 (A x - b) = A^-1 b, where
the gradient is 0. The parameter ``form`` writes x^T A x as a product or as an einsum.

Source: Nocedal and Wright, "Numerical Optimization", ch. 3; the guide, Hessian.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.hessian import _take

PARAMS = {"form": ("product", "einsum"), "n": (12,), "mode": ("eager", "graph"), "loop": ("pfor", "while")}
EXCLUDE = (
    {"mode": "eager", "loop": "while"},
    {"form": "einsum", "mode": "eager"},
    {"form": "einsum", "loop": "while"},
    {"form": "product", "mode": "graph", "loop": "pfor"},
)
RTOL = 1e-12  # float64, condition number below 10
ATOL = {"gradient_after": 1e-11}
TIME_LIMIT_S = 20.0


def inputs(form, n, mode, loop):
    random = np.random.RandomState(47)
    c = np.eye(n) * 2 + 0.3 * random.normal(size=(n, n))
    return c, random.normal(size=n), 10 * random.normal(size=n)


def oracle(form, n, mode, loop):
    c, b, _ = inputs(form, n, mode, loop)
    return {"hessian": c.T @ c, "x": np.linalg.solve(c.T @ c, b), "gradient_after": np.zeros(n)}


def build(form, n, mode, loop):
    c, b, start = inputs(form, n, mode, loop)
    a = tf.constant(c.T @ c)

    def function(x):
        if form == "product":
            square = tf.reduce_sum(x * tf.linalg.matvec(a, x))
        else:
            square = tf.einsum("i,ij,j->", x, a, x)
        return 0.5 * square - tf.reduce_sum(b * x)

    hessian = _take.hessian(function, "eager", loop)

    def step(x):
        _, gradient, h = hessian(x)
        after = x - tf.linalg.solve(h, gradient[:, None])[:, 0]
        return h, after, hessian(after)[1]

    call = _compat.in_mode(step, mode, autograph=False)

    def answer():
        h, x, gradient = call(tf.constant(start))
        return {"hessian": h, "x": x, "gradient_after": gradient}

    return answer
