"""``batch_jacobian`` of a function that mixes rows is the Jacobian of the targets' sum over the batch.

Its documentation assumes that "target[i,...] is independent of source[j,...] for j != i", and names what it implements as
tf.stack([self.jacobian(y[i], x[i]) for i in range(x.shape[0])]). Nothing checks the assumption. Here rows are reversed, centred,
normalised by a softmax over the batch, or added up cumulatively.

Oracle: what is differentiated is sum over b of y_bo, so jb_coi = sum over b of dy_bo / dx_ci. With P the matrix of each function
in one column (y_b = sum_c P_bc x_c), that is the column sum of P: ones for the reversal, zeros for centring (I - 1/N) and for
the softmax (diag(p) - p p^T), N - c for the cumulative sum. The explanation "diagonal" is the documented stack, P_cc.

Source: documentation of tf.GradientTape.batch_jacobian; tensorflow/tensorflow #38428 ("batch_jacobian incorrect").
"""

import numpy as np
import tensorflow as tf

from cases.batch_jacobian import _take

PARAMS = {"mixing": ("reverse", "centre", "softmax", "cumsum"), "mode": ("eager", "graph"), "loop": ("pfor", "while")}
EXCLUDE = (
    {"mode": "eager", "loop": "while"},
    {"mode": "graph", "loop": "pfor"},
    {"mode": "graph", "mixing": ("centre", "softmax")},
)
ATOL = 1e-14  # float64; zeros that are sums of terms of size 1


def inputs(mixing, mode, loop):
    return np.random.RandomState(29).normal(size=(4, 2))


def _whole(mixing, x):
    n, width = x.shape
    matrix = {
        "reverse": np.eye(n)[::-1],
        "centre": np.eye(n) - 1 / n,
        "cumsum": np.tril(np.ones((n, n))),
    }
    e = np.exp(x)
    p = e / e.sum(axis=0)
    columns = [matrix.get(mixing, np.diag(p[:, k]) - np.outer(p[:, k], p[:, k])) for k in range(width)]
    return np.einsum("kbc,ki->bkci", np.stack(columns), np.eye(width))


def oracle(mixing, mode, loop):
    return {"jb": _whole(mixing, inputs(mixing, mode, loop)).sum(axis=0).transpose(1, 0, 2)}


def explanations(mixing, mode, loop):
    return {"diagonal": {"jb": np.einsum("bkbi->bki", _whole(mixing, inputs(mixing, mode, loop)))}}


def build(mixing, mode, loop):
    x = tf.constant(inputs(mixing, mode, loop))

    def function(x):
        return {
            "reverse": lambda: tf.reverse(x, [0]),
            "centre": lambda: x - tf.reduce_mean(x, axis=0),
            "softmax": lambda: tf.transpose(tf.nn.softmax(tf.transpose(x))),
            "cumsum": lambda: tf.cumsum(x),
        }[mixing]()

    call = _take.batch_jacobian(function, mode, loop)

    def answer():
        _, jb = call(x)
        return {"jb": jb}

    return answer
