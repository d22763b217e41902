"""Batches of any size, 0 and 1 included, have a batch Jacobian, also in a graph traced for any size.

y = x^2 A, row by row: jb_boi = 2 x_bi A_io. An empty batch is what a filtered data set ends with; its batch Jacobian has the
shape (0, outs, ins).

Oracle: the formula above, by the power rule.

Source: documentation of tf.GradientTape.batch_jacobian; for batches of 0 in ``jacobian`` tensorflow/tensorflow #37795.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"batch": (0, 1, 9), "mode": ("eager", "graph", "graph_any_size"), "loop": ("pfor", "while")}
EXCLUDE = (
    {"mode": "graph", "loop": "while"},
    {"mode": "graph", "batch": 9},
    {"batch": 1, "mode": "graph_any_size", "loop": "while"},
    {"batch": 1, "mode": "graph"},
    {"batch": 9, "mode": "graph_any_size", "loop": "pfor"},
)


def inputs(batch, mode, loop):
    random = np.random.RandomState(31)
    return random.normal(size=(3, 2)), random.normal(size=(batch, 3))


def oracle(batch, mode, loop):
    a, x = inputs(batch, mode, loop)
    return {"jb": np.einsum("bi,io->boi", 2 * x, a), "shape": [batch, 2, 3]}


def build(batch, mode, loop):
    a, x = (tf.constant(array) for array in inputs(batch, mode, loop))

    def take(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = tf.matmul(x * x, a)
        return tape.batch_jacobian(y, x, experimental_use_pfor=loop == "pfor")

    if mode == "graph_any_size":
        call = tf.function(take, input_signature=[tf.TensorSpec([None, 3], tf.float64)])
    else:
        call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        jb = call(x)
        return {"jb": jb, "shape": jb.shape.as_list()}

    return answer
