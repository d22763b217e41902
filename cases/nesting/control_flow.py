"""Higher derivatives go through control flow: loops, conditionals and maps have second and third derivatives.

y = x⁴ for a scalar x = 1.25, by a loop that multiplies (Python ``while``, ``tf.while_loop``, ``tf.scan``, ``tf.foldl``), by the
branch of a ``tf.cond``, or by ``tf.map_fn``.

Oracle: the power rule, 12 x² and 24 x.

Explanation "intermediates as constants": what the forward pass saved for the first gradient is a constant for the next. In a loop
that saved y_k = x^k the first gradient is sum_k y_k g_k with g_k = x^(3-k) from its own backward loop, k = 0 to 3; with y_k
constant its derivative is sum_k x^k (3-k) x^(2-k) = 6 x², and with g_k constant too in the third, 4 x. In a branch that saved
p2 = x x and p3 = p2 x, y' = p3 + x p2 + 2 x (x x) and so 7 x², then 6 x. In a map the elements are saved themselves: 0.

Source: documentation of tf.while_loop and tf.GradientTape; tensorflow/tensorflow #35012, where higher derivatives through a loop
are right eagerly and not in a tf.function.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "spelling": ("python_while", "while_loop", "scan", "foldl", "cond", "map_fn"),
    "order": (2, 3),
    "mode": ("eager", "graph", "jit"),
}
# Tracing and compiling take the time: one spelling of the loop stands for four where it can.
EXCLUDE = (
    {"mode": ("graph", "jit"), "order": 3},
    {"mode": "jit", "spelling": ("scan", "foldl", "map_fn")},
    {"order": 3, "spelling": ("scan", "foldl")},
    {"mode": "graph", "spelling": "foldl"},
)


def oracle(order, **_):
    x = 1.25
    return {"derivative": np.float64(12.0 * x**2 if order == 2 else 24.0 * x)}


def explanations(spelling, order, **_):
    x = 1.25
    wrong = {"cond": (7.0 * x**2, 6.0 * x), "map_fn": (0.0, 0.0)}.get(spelling, (6.0 * x**2, 4.0 * x))
    return {"intermediates as constants": {"derivative": np.float64(wrong[order - 2])}}


def build(spelling, order, mode):
    def python_while(x):
        y, k = tf.ones_like(x), tf.constant(0)
        while k < 4:
            y *= x
            k += 1
        return y

    def while_loop(x):
        state = (tf.constant(0), tf.ones_like(x))
        return tf.while_loop(lambda k, y: k < 4, lambda k, y: (k + 1, y * x), state, maximum_iterations=4)[1]

    spellings = {
        "python_while": python_while,
        "while_loop": while_loop,
        "scan": lambda x: tf.scan(lambda y, _: y * x, tf.range(4), initializer=tf.ones_like(x))[-1],
        "foldl": lambda x: tf.foldl(lambda y, _: y * x, tf.range(4), initializer=tf.ones_like(x)),
        "cond": lambda x: tf.cond(x > 1.0, lambda: x * x * x * x, lambda: -x),
        "map_fn": lambda x: tf.reduce_sum(tf.map_fn(lambda e: e * e * e * e, tf.stack([x, 0.0 * x]))),
    }

    def derivative(x, order):
        if order == 0:
            return spellings[spelling](x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = derivative(x, order - 1)
        return tape.gradient(y, x)

    call = _compat.in_mode(lambda x: derivative(x, order), mode)
    x = tf.constant(1.25)
    return lambda: {"derivative": call(x)}
