"""The guide's picture of the Hessian: the (40, 40) matrix of the relu network, every value kept.

In eager execution, as in the guide; hessian.relu_network asks the same in graphs.

Oracle: 2/(N O) sum of D D^T, derived in ``_relu.py``, flattened as the guide does: h_mat = reshape(h, [n_params, n_params]).

Source: TensorFlow guide, "Advanced automatic differentiation", Hessian, ``imshow_zero_center(h_mat)``.
"""

import tensorflow as tf

from cases import _compat
from cases.hessian import _relu

PARAMS = {"mode": ("eager",)}
KEEP = ("h_mat",)
RTOL = 4e-6  # as in hessian.relu_network


def oracle(mode):
    return {"h_mat": _relu.closed_form(*_relu.data())[2].reshape(40, 40)}


def build(mode):
    x, layer1, layer2 = _relu.make()
    call = _compat.in_mode(lambda: _relu.take(x, layer1, layer2), mode, autograph=False)

    def answer():
        n_params = tf.reduce_prod(layer1.kernel.shape)
        return {"h_mat": tf.reshape(call()[2], [n_params, n_params])}

    return answer
