"""Label smoothing by s mixes every target with the uniform distribution over the classes, and leaves value and gradient right.

Binary and categorical cross-entropy with s = 0.2, from logits and from their probabilities; ``steps`` is the categorical one
of sequences (n, steps, classes) with two steps and three classes.

Oracle: t' = (1 - s) t + s / K with K = 3 classes (binary: K = 2), in the closed forms of ``_closed.py``. Explanations, of
releases that took K from axis 1, which is the number of steps in sequences: t' = (1 - s) t + s / 2 has rows that sum to S =
1.1. Then -sum t' log p has the gradient S p - t' ("steps counted as classes"), for which the fused op gives p - t' ("steps
counted as classes, logits shortcut").

Source: documentation of tf.keras.losses.CategoricalCrossentropy (label_smoothing); Szegedy et al., "Rethinking the Inception
Architecture for Computer Vision".
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "loss": ("binary", "categorical", "steps"),
    "given": ("logits", "probabilities"),
    "mode": ("eager", "graph", "decorated"),
}
EXCLUDE = ({"loss": ("binary", "categorical"), "mode": "graph"},)
RTOL = 5e-6  # exponentials and logarithms of float32, and the epsilon of 1e-7 that Keras adds to probabilities
SMOOTHING = 0.2


def _name(loss):
    return "BinaryCrossentropy" if loss == "binary" else "CategoricalCrossentropy"


def inputs(loss, given, mode):
    shape = (3, 2, 3) if loss == "steps" else (4, 3)
    return _closed.targets(_name(loss), shape, seed=13), _closed.predictions("", shape, seed=14)


def _smoothed(loss, given, mode, classes):
    t, z = (array.astype(np.float64) for array in inputs(loss, given, mode))
    return (1 - SMOOTHING) * t + SMOOTHING / classes, z


def oracle(loss, given, mode):
    t, z = _smoothed(loss, given, mode, 2 if loss == "binary" else 3)
    return _closed.mean(_closed.of_logits(_name(loss), t, z))


def explanations(loss, given, mode):
    if loss != "steps":
        return {}
    t, z = _smoothed(loss, given, mode, 2)
    losses, gradient = _closed.of_logits(_name(loss), t, z)
    return {
        "steps counted as classes": _closed.mean((losses, gradient)),
        "steps counted as classes, logits shortcut": _closed.mean((losses, _closed.softmax(z) - t)),
    }


def build(loss, given, mode):
    t, z = inputs(loss, given, mode)
    t, from_logits = tf.constant(t), given == "logits"
    function = _loops.keras_loss(_name(loss), from_logits=from_logits, label_smoothing=SMOOTHING)
    activation = tf.nn.sigmoid if loss == "binary" else tf.nn.softmax
    return _loops.answers(lambda y: function(t, y), mode, z, tf.identity if from_logits else activation)
