"""The Hessian of the guide's relu network, by the Jacobian of the gradient, is right for a hidden layer of any width.

Timed: both passes of two Keras layers and the Hessian with respect to the first kernel, in its (5 n)² elements. Eagerly, pfor
traces a new function in every call.

Oracle: 2/(N O) sum of D D', derived in ``cases/hessian/_relu.py``, where the layers have the sizes 5, n and 6 and the batch 7.
The data are drawn so that no |z| is below 0.01, and float32 brings none over the kink.

Source: TensorFlow guide, "Advanced automatic differentiation", Hessian.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.hessian import _relu

PARAMS = {"mode": ("eager", "graph"), "n": (2, 16, 64)}
# Eagerly pfor traces anew in every call, which takes as long at any size.
EXCLUDE = ({"mode": "eager", "n": (2, 64)},)
TIMED = {"unit": "elements"}
# float32: sums of 42 products of five factors, 32 ulp.
RTOL = 4e-6


def inputs(n, **_):
    """x (7, 5), W1 (5, n), b1, W2 (n, 6), b2: the first draw whose units all keep away from their kinks."""
    random = np.random.RandomState(45)
    while True:
        x, w1, b1, b2 = (random.normal(size=size, scale=0.8) for size in ((7, 5), (5, n), n, 6))
        w2 = random.normal(size=(n, 6), scale=0.8)
        z1 = x @ w1 + b1
        z2 = np.maximum(z1, 0) @ w2 + b2
        if min(np.abs(z1).min(), np.abs(z2).min()) > 0.01:
            return [array.astype(np.float32) for array in (x, w1, b1, w2, b2)]


def oracle(mode, n):
    value, _, hessian = _relu.closed_form(*inputs(n))
    return {"loss": value, "hessian": hessian}


def work(mode, n):
    return (5 * n) ** 2


def floor(mode, n):
    x, w1, b1, w2, b2 = inputs(n)

    def closed_form():
        z1 = x @ w1 + b1
        z2 = np.maximum(z1, 0) @ w2 + b2
        y = np.maximum(z2, 0)
        # D as a matrix: a row for every output of the batch, a column for every weight of the first kernel.
        first = x[:, None, :, None] * (z1 > 0)[:, None, None, :]
        d = (first * ((z2 > 0)[:, :, None] * w2.T)[:, :, None, :]).reshape(y.size, w1.size)
        hessian = (d.T @ d) * np.float32(2.0 / y.size)
        return {"loss": np.mean(y * y), "hessian": hessian.reshape(w1.shape + w1.shape)}

    return closed_form


def build(mode, n):
    tf.get_logger().setLevel("ERROR")  # eager pfor retraces in every call, and warns of it
    x, w1, b1, w2, b2 = inputs(n)
    layer1 = tf.keras.layers.Dense(n, activation=tf.nn.relu)
    layer2 = tf.keras.layers.Dense(6, activation=tf.nn.relu)
    for layer, shape, weights in ((layer1, (7, 5), [w1, b1]), (layer2, (7, n), [w2, b2])):
        layer.build(shape)
        layer.set_weights(weights)
    x = tf.constant(x)

    def take():
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                loss = tf.reduce_mean(layer2(layer1(x)) ** 2)
            gradient = inner.gradient(loss, layer1.kernel)
        return loss, outer.jacobian(gradient, layer1.kernel)

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        loss, hessian = call()
        return {"loss": loss, "hessian": hessian}

    return answer
