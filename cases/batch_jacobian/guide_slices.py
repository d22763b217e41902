"""The guide's pictures: (batch, batch) slices of the Jacobian are diagonal, and with batch normalisation they are not.

``slice`` is the guide's j[:, 0, :, 0], ``patches`` the whole Jacobian with its axes in the order of ``plot_as_patches``:
(outs, batch, ins, batch) as a matrix of 6 * 7 rows and 5 * 7 columns. All values are kept. In eager execution, as in the guide;
batch_jacobian.elu_network and batch_jacobian.batch_norm ask for the same Jacobians in graphs.

Oracle: the closed forms of ``_networks.py``.

Source: TensorFlow guide, "Advanced automatic differentiation", Batch Jacobian, plots.
"""

import tensorflow as tf

from cases import _compat
from cases.batch_jacobian import _networks

PARAMS = {"network": ("elu", "batch_norm"), "mode": ("eager",)}
KEEP = ("slice", "patches")
RTOL = 1e-5  # float32; batch normalisation subtracts nearly equal terms: tens of ulp


def oracle(network, mode):
    _, jacobian = _networks.closed_form(network)
    return {"slice": jacobian[:, 0, :, 0], "patches": jacobian.transpose(1, 0, 3, 2).reshape(6 * 7, 5 * 7)}


def build(network, mode):
    x = tf.constant(_networks.data()[0])
    function = _networks.make(network)

    def take(x):
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(x)
            y = function(x)
        j = tape.jacobian(y, x)
        return j[:, 0, :, 0], tf.reshape(tf.transpose(j, [1, 0, 3, 2]), [6 * 7, 5 * 7])

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        one_slice, patches = call(x)
        return {"slice": one_slice, "patches": patches}

    return answer
