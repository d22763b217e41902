"""Where examples are independent, ``batch_jacobian`` is the diagonal of the whole Jacobian, and its sum over the batch.

The guide's network of two elu layers: the whole Jacobian is (7, 6, 7, 5), the sum over a batch axis and the selected diagonal are
both (7, 6, 5), and ``batch_jacobian`` equals them; the guide asserts an error below 1e-3.

Oracle: the whole Jacobian by the chain rule, derived in ``_networks.py``; every (batch, batch) slice is diagonal, so what lies
off the diagonal is exactly 0.

Source: TensorFlow guide, "Advanced automatic differentiation", Batch Jacobian.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.batch_jacobian import _networks

PARAMS = {"mode": ("eager", "graph", "nested_graph", "jit"), "loop": ("pfor", "while")}
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "loop": "while"},
    {"mode": "graph", "loop": "while"},
)
RTOL = 4e-6  # float32, two matrix products of 5 and 8 terms and an exponential: 32 ulp


def oracle(mode, loop):
    _, jacobian = _networks.closed_form("elu")
    diagonal = _networks.diagonal(jacobian)
    return {
        "whole": jacobian,
        "off_diagonal": 0.0,
        "j_sum": diagonal,
        "j_select": diagonal,
        "jb": diagonal,
        "shape": [7, 6, 5],
    }


def build(mode, loop):
    x = tf.constant(_networks.data()[0])
    network = _networks.make("elu")

    def take(x):
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(x)
            y = network(x)
        j = tape.jacobian(y, x, experimental_use_pfor=loop == "pfor")
        jb = tape.batch_jacobian(y, x, experimental_use_pfor=loop == "pfor")
        return j, tf.reduce_sum(j, axis=2), tf.einsum("bxby->bxy", j), jb

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        j, j_sum, j_select, jb = call(x)
        off_diagonal = j.numpy() * (1 - np.eye(7))[:, None, :, None]
        shape = jb.shape.as_list()
        return {
            "whole": j,
            "off_diagonal": np.abs(off_diagonal).max(),
            "j_sum": j_sum,
            "j_select": j_select,
            "jb": jb,
            "shape": shape,
        }

    return answer
