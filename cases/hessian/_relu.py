"""The guide's network for the Hessian and its closed form.

loss = mean(y^2), y = relu(relu(x W1 + b1) W2 + b2), x (7, 5), W1 (5, 8), W2 (8, 6), differentiated twice in W1. Away from the
kinks y is linear in W1: with m1 = [z1 > 0], m2 = [z2 > 0],

    D_no,kh = dy_no / dW1_kh = m2_no W2_ho m1_nh x_nk,
    gradient = 2/(N O) sum_no y_no D_no,    Hessian = 2/(N O) sum_no D_no D_no^T,

symmetric and positive semidefinite. The data are such that no |z| is below 0.09 and no unit is dead.
"""

import numpy as np
import tensorflow as tf

SEED = 381


def data():
    """x, W1, b1, W2, b2 in float32."""
    random = np.random.RandomState(SEED)
    shapes = ((7, 5), (5, 8), (8,), (8, 6), (6,))
    return [random.normal(size=shape, scale=0.8).astype(np.float32) for shape in shapes]


def closed_form(x, w1, b1, w2, b2):
    """Loss, gradient (5, 8) and Hessian (5, 8, 5, 8) in float64."""
    x, w1, b1, w2, b2 = (array.astype(np.float64) for array in (x, w1, b1, w2, b2))
    z1 = x @ w1 + b1
    z2 = np.maximum(z1, 0) @ w2 + b2
    y = np.maximum(z2, 0)
    d = np.einsum("no,ho,nh,nk->nokh", z2 > 0, w2, z1 > 0, x)
    factor = 2 / y.size
    return (y**2).mean(), factor * np.einsum("no,nokh->kh", y, d), factor * np.einsum("nokh,nolg->khlg", d, d)


def make(dtype="float32"):
    """The two layers, with their weights set."""
    x, w1, b1, w2, b2 = data()
    layer1 = tf.keras.layers.Dense(8, activation=tf.nn.relu, dtype=dtype)
    layer2 = tf.keras.layers.Dense(6, activation=tf.nn.relu, dtype=dtype)
    for layer, shape, weights in ((layer1, (7, 5), [w1, b1]), (layer2, (7, 8), [w2, b2])):
        layer.build(shape)
        layer.set_weights(weights)
    return tf.constant(x.astype(dtype)), layer1, layer2


def take(x, layer1, layer2, pfor=True):
    """The guide's lines: loss, gradient and Hessian with respect to the first kernel."""
    with tf.GradientTape(persistent=not pfor) as t2:
        with tf.GradientTape() as t1:
            y = layer2(layer1(x))
            loss = tf.reduce_mean(y**2)
        g = t1.gradient(loss, layer1.kernel)
    return loss, g, t2.jacobian(g, layer1.kernel, experimental_use_pfor=pfor)
