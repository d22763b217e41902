"""The first call of a new ``tf.function`` that differentiates n chained ops is right, whatever it takes.

Timed: a new function is made, traced and run once, with everything that a first call does but AutoGraph's conversion, which the
body does not need. What is traced beside the function is its gradient, its Jacobian by pfor, the Hessian of its sum by pfor, or
its second derivative by two nested tapes. Functions that have had their call are garbage, which Python's collector takes.

Oracle: x_0 = x, x_(k+1) = sin(x_k), elementwise on three values. With d_0 = 1, e_0 = 0 the chain rule gives
d_(k+1) = cos(x_k) d_k and e_(k+1) = cos(x_k) e_k - sin(x_k) d_k². The gradient of the sum is d_n, the Jacobian diag(d_n), the
Hessian of the sum diag(e_n), the second derivative e_n.

Source: TensorFlow guide, "Better performance with tf.function", Tracing.
"""

import numpy as np
import tensorflow as tf

PARAMS = {"of": ("gradient", "jacobian", "hessian", "nested"), "n": (1, 2, 4, 16)}
EXCLUDE = (
    {"of": ("gradient", "jacobian", "nested"), "n": 2},
    {"of": "hessian", "n": 16},  # half a second
)
TIMED = {"unit": "traces"}
# float32: 16 sines one after the other, each of which adds its rounding to both sums: 32 ulp.
RTOL = 4e-6


def inputs(**_):
    return np.array([0.3, 0.8, 1.3], np.float32)


def oracle(of, n):
    x = inputs().astype(np.float64)
    d, e = np.ones(3), np.zeros(3)
    for _ in range(n):
        d, e = np.cos(x) * d, np.cos(x) * e - np.sin(x) * d**2
        x = np.sin(x)
    return {of: {"gradient": d, "jacobian": np.diag(d), "hessian": np.diag(e), "nested": e}[of]}


def build(of, n):
    tf.get_logger().setLevel("ERROR")  # a new function for every call is what is timed; it need not be warned of
    x = tf.constant(inputs())

    def chain(x):
        for _ in range(n):
            x = tf.sin(x)
        return x

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = chain(x)
        return tape.gradient(y, x)

    def jacobian(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = chain(x)
        return tape.jacobian(y, x)

    def hessian(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            g = gradient(x)
        return tape.jacobian(g, x)

    def nested(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            g = gradient(x)
        return tape.gradient(g, x)

    body = {"gradient": gradient, "jacobian": jacobian, "hessian": hessian, "nested": nested}[of]
    return lambda: {of: tf.function(lambda x: body(x), autograph=False)(x)}
