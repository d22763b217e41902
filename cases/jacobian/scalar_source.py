"""The Jacobian with respect to a scalar has the target's shape and holds each element's derivative.

The guide's example: y = sigmoid(x + delta) at 201 points x from -10 to 10, differentiated in the scalar delta at 0; the guide
prints (201,) (201,). Oracle: sigmoid' = sigmoid (1 - sigmoid), and sigmoid(-x) = 1 - sigmoid(x) keeps the small tail exact:
dy/ddelta = 1 / ((1 + e^-x)(1 + e^x)).

Source: TensorFlow guide, "Advanced automatic differentiation", Jacobians, Scalar source.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "loop": ("pfor", "while"),
    "dtype": ("float32", "float64"),
}
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "dtype": "float64"},
    {"mode": ("nested_graph", "jit"), "loop": "while"},
    {"mode": "eager", "loop": "while", "dtype": "float64"},
    {"mode": "graph", "dtype": "float64"},
)
KEEP = ("y", "dy_dx")


def inputs(mode, loop, dtype):
    return np.linspace(-10.0, 10.0, 200 + 1).astype(dtype)


def oracle(mode, loop, dtype):
    x = inputs(mode, loop, dtype).astype(np.float64)
    return {"shape": [201], "y": 1 / (1 + np.exp(-x)), "dy_dx": 1 / ((1 + np.exp(-x)) * (1 + np.exp(x)))}


def build(mode, loop, dtype):
    x = tf.constant(inputs(mode, loop, dtype))
    delta = tf.Variable(0.0, dtype=dtype)

    def take():
        with tf.GradientTape(persistent=loop == "while") as tape:
            y = tf.nn.sigmoid(x + delta)
        return y, tape.jacobian(y, delta, experimental_use_pfor=loop == "pfor")

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        y, dy_dx = call()
        return {"shape": dy_dx.shape.as_list(), "y": y, "dy_dx": dy_dx}

    return answer
