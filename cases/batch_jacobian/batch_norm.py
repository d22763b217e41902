"""With batch normalisation ``batch_jacobian`` is the Jacobian of the targets' sum over the batch, not its diagonal.

The guide: batch_jacobian "still runs and returns something with the expected shape, but its contents have an unclear
meaning". It can be derived: it differentiates sum over b of y_bo, so jb_coi = sum over b of J_boci, which is the oracle.
That is neither the diagonal J_coci, which its documentation names as what it implements
(``tf.stack([self.jacobian(y[i], x[i])...])``; explanation "diagonal"), nor the guide's ``j_sum``, which adds up over the
source's batch axis ("sum over sources"). After a linear head the sum is zero, because adding a constant to all normalised
values' derivatives cancels: sum over b of ([b = c] - 1/N - u_b u_c / N) = 0.

Oracle: the whole Jacobian in closed form, derived in ``_networks.py``, summed over b.

Source: TensorFlow guide, "Advanced automatic differentiation", Batch Jacobian ("Don't use batch_jacobian").
"""

import tensorflow as tf

from cases import _compat
from cases.batch_jacobian import _networks

PARAMS = {"head": ("elu", "linear"), "mode": ("eager", "graph"), "loop": ("pfor", "while")}
EXCLUDE = (
    {"head": "linear", "mode": "graph", "loop": "pfor"},
    {"head": "elu", "loop": "while"},
    {"head": "linear", "mode": "eager"},
)
# float32; the normalisation's derivative subtracts nearly equal terms, and the linear head's sum over the batch is 0 up to
# rounding of terms of size 1 to 5.
RTOL = 1e-5
ATOL = 1e-5


def oracle(head, mode, loop):
    y, jacobian = _networks.closed_form("batch_norm", head)
    return {"y": y, "whole": jacobian, "jb": jacobian.sum(axis=0).transpose(1, 0, 2)}


def explanations(head, mode, loop):
    _, jacobian = _networks.closed_form("batch_norm", head)
    return {"diagonal": {"jb": _networks.diagonal(jacobian)}, "sum over sources": {"jb": jacobian.sum(axis=2)}}


def build(head, mode, loop):
    x = tf.constant(_networks.data()[0])
    network = _networks.make("batch_norm", head)

    def take(x):
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(x)
            y = network(x)
        j = tape.jacobian(y, x, experimental_use_pfor=loop == "pfor")
        return y, j, tape.batch_jacobian(y, x, experimental_use_pfor=loop == "pfor")

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        y, j, jb = call(x)
        return {"y": y, "whole": j, "jb": jb}

    return answer
