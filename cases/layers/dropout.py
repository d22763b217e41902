"""Dropout scales what it keeps by 1 / (1 - rate), passes gradients through the same elements, and does nothing in inference.

Oracle: y = m x / (1 - r) with m in {0, 1}, so that dy/dx = m / (1 - r) can be read off y where x is not zero:
``gradient_differs`` is the largest |dy/dx - y / x|, 0. ``factors`` are the different values of y / x: 0 and 1 / (1 - r), 2
for r = 1/2. spatial: m is the same for all steps of a channel, ``varies`` counts the channels that are neither dropped nor
kept as a whole. In inference y = x. x is powers of two, so that everything is exact. With 512 elements (16 channels) m has
both values but for a chance of 2^-15.

Source: documentation of tf.keras.layers.Dropout and SpatialDropout1D; Srivastava et al. 2014.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"layer": ("dropout", "spatial"), "mode": ("eager", "graph"), "training": (True, False)}
EXCLUDE = ({"mode": "graph", "training": False}, {"layer": "spatial", "training": False})
RTOL = 0.0


def inputs(layer, mode, training):
    random = np.random.RandomState(59)
    return (2.0 ** random.randint(-3, 4, size=(1, 32, 16)) * random.choice([-1, 1], size=(1, 32, 16))).astype(
        np.float32
    )


def oracle(layer, mode, training):
    factors = np.array([0.0, 2.0]) if training else np.array([1.0])
    return {
        "factors": factors,
        "gradient_differs": 0.0,
        "varies": np.array(16 if training and layer == "dropout" else 0),
    }


def build(layer, mode, training):
    kind = tf.keras.layers.Dropout if layer == "dropout" else tf.keras.layers.SpatialDropout1D
    made = kind(0.5, seed=7)
    array = inputs(layer, mode, training)
    x = tf.constant(array)
    made(x, training=True)

    def take(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = made(x, training=training)
        return y, tape.gradient(y, x)

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        y, slope = (tensor.numpy() for tensor in call(x))
        factor = y / array
        varies = (factor != factor[:, :1]).any(axis=1).sum()
        # -0.0 is 0.0: what is dropped has the sign of x.
        return {
            "factors": np.unique(np.abs(factor)),
            "gradient_differs": np.abs(slope - factor).max(),
            "varies": varies,
        }

    return answer
