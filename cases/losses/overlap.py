"""Dice and Tversky losses are one minus the overlap that they are named after, Tversky with its weights on the right errors.

Oracle: with TP = sum t y, FP = sum (1 - t) y, FN = sum t (1 - y), Tversky's index is TP / D, D = TP + alpha FP + beta FN: as
in the paper and the documentation, alpha controls false positives and beta false negatives. Its derivative in y is (t D - TP
D') / D^2 with D' = t + alpha (1 - t) - beta t. Dice is alpha = beta = 1/2. Explanation "alpha and beta swapped": alpha on
false negatives.

Source: Salehi et al., "Tversky loss function for image segmentation using 3D fully convolutional deep networks";
documentation of tf.keras.losses.Tversky; keras-team/keras #23333.
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {"loss": ("dice", "tversky_even", "tversky_uneven"), "mode": ("eager", "graph", "decorated")}
RTOL = 2e-6  # Keras adds 1e-7 to the denominator, which is about 6


def inputs(loss, mode):
    y = np.random.RandomState(22).uniform(0.05, 0.95, size=(4, 3)).astype(np.float32)
    return _closed.targets("BinaryCrossentropy", (4, 3), seed=23), y


def _index(loss, mode, alpha, beta):
    t, y = (array.astype(np.float64) for array in inputs(loss, mode))
    overlap = (t * y).sum()
    whole = overlap + alpha * ((1 - t) * y).sum() + beta * (t * (1 - y)).sum()
    slope = t + alpha * (1 - t) - beta * t
    return {"loss": 1 - overlap / whole, "gradient": -(t * whole - overlap * slope) / whole**2}


def oracle(loss, mode):
    return _index(loss, mode, *((0.2, 0.8) if loss == "tversky_uneven" else (0.5, 0.5)))


def explanations(loss, mode):
    return {"alpha and beta swapped": _index(loss, mode, 0.8, 0.2)} if loss == "tversky_uneven" else {}


def build(loss, mode):
    t, y = inputs(loss, mode)
    t = tf.constant(t)
    if loss == "dice":
        function = _loops.keras_loss("Dice")
    else:
        uneven = {"alpha": 0.2, "beta": 0.8} if loss == "tversky_uneven" else {}
        function = _loops.keras_loss("Tversky", **uneven)
    return _loops.answers(lambda y: function(t, y), mode, y)
