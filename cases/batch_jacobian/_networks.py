"""The guide's two networks of layers 5 -> 8 -> 6 on a batch of 7, and their whole Jacobians (7, 6, 7, 5) in closed form.

Elu network: y = elu(elu(x W1 + b1) W2 + b2), elu'(z) = 1 for z > 0 and e^z else. Rows are independent:
J_boci = [b = c] sum over h of elu'(z2_bo) W2_ho elu'(z1_bh) W1_ih.

Batch normalisation between the two layers (training=True): with a = elu(x W1 + b1), u = (a - mean) / s, s = sqrt(var + eps) over
the batch of N rows, du_bh / da_ch = ([b = c] - 1/N - u_bh u_ch / N) / s_h, since dvar/da_c = 2 (a_c - mean) / N. So every row
depends on every other: J_boci = sum over h of elu'(z2_bo) W2_ho du_bh/da_ch elu'(z1_ch) W1_ih.

A linear head has 1 in place of elu'(z2).
"""

import numpy as np
import tensorflow as tf

EPSILON = 1e-3


def data():
    """x (7, 5), W1 (5, 8), b1, W2 (8, 6), b2, float32."""
    random = np.random.RandomState(23)
    shapes = ((7, 5), (5, 8), (8,), (8, 6), (6,))
    return [random.normal(size=shape, scale=0.7).astype(np.float32) for shape in shapes]


def elu(z):
    return np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1)


def d_elu(z):
    return np.where(z > 0, 1.0, np.exp(np.minimum(z, 0)))


def closed_form(network, head="elu"):
    """Value (7, 6) and whole Jacobian (7, 6, 7, 5) of ``elu`` or ``batch_norm`` in float64."""
    x, w1, b1, w2, b2 = (array.astype(np.float64) for array in data())
    z1 = x @ w1 + b1
    a = elu(z1)
    n = len(x)
    if network == "batch_norm":
        s = np.sqrt(a.var(axis=0) + EPSILON)
        u = (a - a.mean(axis=0)) / s
        du = (np.eye(n)[:, :, None] - 1 / n - u[:, None] * u[None] / n) / s
    else:
        u, du = a, np.repeat(np.eye(n)[:, :, None], a.shape[1], axis=2)
    z2 = u @ w2 + b2
    slope = d_elu(z2) if head == "elu" else np.ones_like(z2)
    y = elu(z2) if head == "elu" else z2
    return y, np.einsum("bo,ho,bch,ch,ih->boci", slope, w2, du, d_elu(z1), w1)


def make(network, head="elu"):
    """The same network of Keras layers."""
    _, w1, b1, w2, b2 = data()
    layer1 = tf.keras.layers.Dense(8, activation=tf.nn.elu)
    layer2 = tf.keras.layers.Dense(6, activation=tf.nn.elu if head == "elu" else None)
    norm = tf.keras.layers.BatchNormalization(epsilon=EPSILON)
    for layer, shape, weights in ((layer1, (7, 5), [w1, b1]), (layer2, (7, 8), [w2, b2])):
        layer.build(shape)
        layer.set_weights(weights)
    norm.build((7, 8))
    if network == "batch_norm":
        return lambda x: layer2(norm(layer1(x), training=True))
    return lambda x: layer2(layer1(x))


def diagonal(jacobian):
    """The guide's ``tf.einsum('bxby->bxy', j)``: each row's target by the same row's source."""
    return np.einsum("bxby->bxy", jacobian)
