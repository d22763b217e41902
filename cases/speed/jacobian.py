"""``tape.jacobian`` of n rows is right by pfor and by a while loop, eagerly and in a graph.

Timed: the function, its tape and its Jacobian, in rows. Eagerly, pfor traces a new function in every call, which costs the same
whatever n is; the while loop takes n gradients, one after the other; in a graph both are traced once, before they are timed.

Oracle: y = tanh(W x), W (n, 128): dy_i / dx_j = (1 - y_i²) W_ij.

Source: TensorFlow guide, "Advanced automatic differentiation", Jacobians.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"how": ("eager_pfor", "graph_pfor", "graph_while", "eager_while"), "n": (4, 16, 64, 256)}
# Three sizes for each, but for eager pfor, which traces anew in every call and takes as long at any size.
EXCLUDE = (
    {"how": ("graph_pfor", "graph_while"), "n": 16},
    {"how": "eager_pfor", "n": (4, 16, 256)},
    {"how": "eager_while", "n": 256},
)
TIMED = {"unit": "rows"}
# float32: products of 128 terms inside a tanh whose slope 1 - y² loses what y is near to 1: 32 ulp.
RTOL = 4e-6
COLUMNS = 128


def inputs(how, n):
    random = np.random.RandomState(43)
    matrix = random.normal(size=(n, COLUMNS)) / np.sqrt(COLUMNS)
    return matrix.astype(np.float32), random.normal(size=COLUMNS).astype(np.float32)


def closed_form(matrix, x):
    y = np.tanh(matrix @ x)
    return {"y": y, "jacobian": (1 - y * y)[:, None] * matrix}


def oracle(how, n):
    matrix, x = inputs(how, n)
    return closed_form(matrix.astype(np.float64), x.astype(np.float64))


def work(how, n):
    return n


def floor(how, n):
    matrix, x = inputs(how, n)
    return lambda: closed_form(matrix, x)


def build(how, n):
    # Retracing is what eager pfor does, and what is timed; its warnings are asked of by retracing.jacobian_warnings.
    tf.get_logger().setLevel("ERROR")
    mode, loop = how.split("_")
    matrix, x = (tf.constant(array) for array in inputs(how, n))

    def take(x):
        with tf.GradientTape(persistent=loop == "while") as tape:
            tape.watch(x)
            y = tf.tanh(tf.linalg.matvec(matrix, x))
        return y, tape.jacobian(y, x, experimental_use_pfor=loop == "pfor")

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        y, jacobian = call(x)
        return {"y": y, "jacobian": jacobian}

    return answer
