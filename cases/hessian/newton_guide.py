"""The guide's damped Newton step: solve(H + 1e-3 I, g), subtracted from the kernel, lowers the loss to the value derived.

Oracle: loss, gradient and Hessian of ``_relu.py``, the linear system solved in float64, and the loss after the step by the
forward pass. The Hessian is singular (rank below 40), which is why the guide damps it.

Source: TensorFlow guide, "Advanced automatic differentiation", Hessian, update step with eps = 1e-3.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.hessian import _relu

PARAMS = {"mode": ("eager", "graph"), "loop": ("pfor", "while"), "dtype": ("float32", "float64")}
EXCLUDE = (
    {"mode": "eager", "loop": "while"},
    {"mode": "graph", "loop": "pfor", "dtype": "float64"},
    {"mode": "eager", "dtype": "float64"},
    {"mode": "graph", "loop": "while", "dtype": "float32"},
)
# float32: rounding of g outside the range of H, 1e-7, is divided by eps = 1e-3. In float64 this leaves 1e-13, held by ATOL's
# absence; one tolerance serves both, and the losses before and after differ by a factor.
RTOL = 5e-4
EPSILON = 1e-3


def oracle(mode, loop, dtype):
    x, w1, b1, w2, b2 = _relu.data()
    before, gradient, hessian = _relu.closed_form(x, w1, b1, w2, b2)
    update = np.linalg.solve(hessian.reshape(40, 40) + EPSILON * np.eye(40), gradient.reshape(40))
    kernel = w1.astype(np.float64) - update.reshape(5, 8)
    after = _relu.closed_form(x, kernel, b1, w2, b2)[0]
    return {"kernel": kernel, "before": before, "after": after, "lower": bool(after < before)}


def build(mode, loop, dtype):
    x, layer1, layer2 = _relu.make(dtype)

    def step():
        loss, g, h = _relu.take(x, layer1, layer2, loop == "pfor")
        n_params = int(np.prod(layer1.kernel.shape))
        g_vec, h_mat = tf.reshape(g, [n_params, 1]), tf.reshape(h, [n_params, n_params])
        eye_eps = tf.eye(n_params, dtype=dtype) * EPSILON
        update = tf.linalg.solve(h_mat + eye_eps, g_vec)
        layer1.kernel.assign_sub(tf.reshape(update, layer1.kernel.shape))
        return loss, tf.reduce_mean(layer2(layer1(x)) ** 2)

    call = _compat.in_mode(step, mode, autograph=False)
    start = layer1.get_weights()

    def answer():
        layer1.set_weights(start)
        before, after = call()
        kernel = layer1.get_weights()[0]
        return {"kernel": kernel, "before": before, "after": after, "lower": bool(after < before)}

    return answer
