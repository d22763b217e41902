"""One persistent tape, asked within its own block, differentiates its own answers.

y = x^5; each derivative is the gradient of the one before, asked of the same tape while it records. TensorFlow
warns that it is inefficient, to be done only "if you actually want to trace the gradient in order to compute higher order
derivatives".

Oracle: the power rule, 5!/(5-n)! x^(5-n), for all orders up to ``orders``.

Source: the warning of tf.GradientTape.gradient on a persistent tape inside its context.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.nesting import _functions

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "orders": (2, 4),
    "source": ("tensor", "variable"),
}
EXCLUDE = (
    {"mode": "nested_graph", "orders": 2, "source": "variable"},
    {"mode": "nested_graph", "orders": 4, "source": "tensor"},
    {"mode": "jit", "orders": 2, "source": "variable"},
    {"mode": "jit", "orders": 4, "source": "tensor"},
)


def inputs(**_):
    return np.linspace(0.2, 2.2, 9).astype(np.float32)


def oracle(orders, **_):
    x = inputs().astype(np.float64)
    return {"d{}".format(order): _functions.derivative("power5", order, x) for order in range(1, orders + 1)}


def build(mode, orders, source):
    x = (tf.Variable if source == "variable" else tf.constant)(inputs())

    def gradients():
        derivatives = []
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x**5
            for _ in range(orders):
                y = tape.gradient(y, x)
                derivatives.append(y)
        return derivatives

    call = _compat.in_mode(gradients, mode)
    return lambda: {"d{}".format(number + 1): value for number, value in enumerate(call())}
