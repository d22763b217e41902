"""A cross-entropy has one gradient, from logits or from the probabilities that they make, in every mode.

Keras's cross-entropies on targets that are distributions, where the fused op and the formula have the same gradient, and on
probabilities far from 0 and 1, where nothing is clipped. The gradient is that in the logits, in both spellings.

Oracle: the closed forms of ``_closed.py``; through a softmax or a sigmoid as derived there.

Source: documentation of tf.keras.losses; Lin et al., "Focal Loss for Dense Object Detection".
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "loss": (
        "BinaryCrossentropy",
        "BinaryFocalCrossentropy",
        "CategoricalCrossentropy",
        "CategoricalFocalCrossentropy",
        "SparseCategoricalCrossentropy",
    ),
    "given": ("logits", "probabilities"),
    "mode": ("eager", "graph", "decorated"),
}
RTOL = 5e-6  # exponentials and logarithms of float32, and the epsilon of 1e-7 that Keras adds to probabilities


def inputs(loss, given, mode):
    return _closed.targets(loss, (4, 3), seed=3), _closed.predictions(loss, (4, 3), seed=4)


def oracle(loss, given, mode):
    t, z = (array.astype(np.float64) for array in inputs(loss, given, mode))
    return _closed.mean(_closed.of_logits(loss, t, z))


def build(loss, given, mode):
    t, z = inputs(loss, given, mode)
    t = tf.constant(t.argmax(axis=1) if loss.startswith("Sparse") else t)
    function = _loops.keras_loss(loss, from_logits=given == "logits")
    activation = tf.nn.sigmoid if loss.startswith("Binary") else tf.nn.softmax
    return _loops.answers(lambda y: function(t, y), mode, z, tf.identity if given == "logits" else activation)
