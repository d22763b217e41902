"""The Hessian of the guide's relu network has the shape (5, 8, 5, 8), is symmetric, and has the values of the hand derivation.

Oracle: 2/(N O) sum of D D^T, derived in ``_relu.py``: the network is piecewise linear in the first kernel, away from the kinks.
``asymmetry`` is the largest |H - H^T| of the (40, 40) matrix; the guide plots it and says that it should be symmetric.

Source: TensorFlow guide, "Advanced automatic differentiation", Hessian.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.hessian import _relu

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "loop": ("pfor", "while"),
    "dtype": ("float32", "float64"),
}
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "dtype": "float64"},
    {"mode": ("nested_graph", "jit"), "loop": "while"},
    {"mode": "graph", "dtype": "float64"},
    {"mode": "eager", "loop": "while"},
)
RTOL = 4e-6  # float32: sums of 42 products of five factors, 32 ulp
ATOL = {"asymmetry": 1e-6}  # the same sums, in another order, on the other side of the diagonal; entries are of size 1


def oracle(mode, loop, dtype):
    value, gradient, hessian = _relu.closed_form(*_relu.data())
    return {"shape": [5, 8, 5, 8], "loss": value, "gradient": gradient, "hessian": hessian, "asymmetry": 0.0}


def build(mode, loop, dtype):
    x, layer1, layer2 = _relu.make(dtype)
    call = _compat.in_mode(lambda: _relu.take(x, layer1, layer2, loop == "pfor"), mode, autograph=False)

    def answer():
        loss, g, h = call()
        matrix = tf.reshape(h, [40, 40]).numpy()
        asymmetry = np.abs(matrix - matrix.T).max()
        return {"shape": h.shape.as_list(), "loss": loss, "gradient": g, "hessian": h, "asymmetry": asymmetry}

    return answer
