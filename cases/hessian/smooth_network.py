"""The Hessian of a network of a smooth activation includes the activation's second derivative.

loss = mean(y^2), y = a(x W1) W2, differentiated twice in W1 (3, 2). Oracle: with z = x W1,
D_no,kh = W2_ho a'(z_nh) x_nk and dD/dW1_lh' = [h = h'] W2_ho a''(z_nh) x_nk x_nl:
H = 2/(N O) sum_no (D D^T + y_no dD). a, a', a'' are written out for each activation; several of them have a custom gradient in
TensorFlow (swish) or an op of their own for the first derivative (elu, softsign).

Source: TensorFlow guide, "Advanced automatic differentiation", Hessian; tensorflow/tensorflow #126092
(softsign has no second derivative).
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {
    "activation": ("tanh", "softsign", "elu", "swish", "leaky_relu"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = ({"how": "graph_while", "activation": ("elu", "swish", "leaky_relu")},)
RTOL = 1e-13  # float64
TIME_LIMIT_S = 20.0


def inputs(activation, how):
    random = np.random.RandomState(73)
    return random.normal(size=(4, 3)), random.normal(size=(3, 2)), random.normal(size=(2, 2))


def _derivatives(activation, z):
    """a, a' and a'' at z; no |z| is below 0.01."""
    e, s = np.exp(np.minimum(z, 0)), 1 / (1 + np.exp(-z))
    on = z > 0
    if activation == "tanh":
        t = np.tanh(z)
        return t, 1 - t**2, -2 * t * (1 - t**2)
    if activation == "softsign":
        q = 1 + np.abs(z)
        return z / q, q**-2.0, -2 * np.sign(z) * q**-3.0
    if activation == "elu":
        return np.where(on, z, e - 1), np.where(on, 1, e), np.where(on, 0, e)
    if activation == "swish":
        return z * s, s + z * s * (1 - s), s * (1 - s) * (2 + z * (1 - 2 * s))
    return np.where(on, z, 0.25 * z), np.where(on, 1, 0.25), np.zeros_like(z)


def oracle(activation, how):
    x, w1, w2 = inputs(activation, how)
    a, da, dda = _derivatives(activation, x @ w1)
    y = a @ w2
    d = np.einsum("ho,nh,nk->nokh", w2, da, x)
    second = np.einsum("no,ho,nh,nk,nl,hg->khlg", y, w2, dda, x, x, np.eye(2))
    factor = 2 / y.size
    return {
        "value": (y**2).mean(),
        "gradient": factor * np.einsum("no,nokh->kh", y, d),
        "hessian": factor * (np.einsum("nokh,nolg->khlg", d, d) + second),
    }


def build(activation, how):
    x, w1, w2 = inputs(activation, how)

    def function(w):
        z = tf.matmul(tf.constant(x), w)
        a = tf.nn.leaky_relu(z, 0.25) if activation == "leaky_relu" else getattr(tf.nn, activation)(z)
        return tf.reduce_mean(tf.matmul(a, tf.constant(w2)) ** 2)

    mode, loop = how.split("_")
    return _take.answers(function, mode, loop, w1)
