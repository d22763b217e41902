"""Labels 0 and 1 mean the same in every type: integers, unsigned, booleans, and floats of either length.

Oracle: the closed forms of ``_closed.py`` for the same labels in float64; those of a bool are 0 and 1.

Source: documentation of tf.keras.losses (y_true).
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "loss": (
        "MeanSquaredError",
        "Huber",
        "CosineSimilarity",
        "Hinge",
        "BinaryCrossentropy",
        "SparseCategoricalCrossentropy",
    ),
    "dtype": ("int32", "int64", "uint8", "bool", "float32", "float64"),
}
EXCLUDE = ({"loss": "SparseCategoricalCrossentropy", "dtype": "bool"},)
RTOL = 5e-6  # logarithms and roots of float32


def inputs(loss, dtype):
    t = np.array([[1, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 0]])
    t = np.eye(2)[[1, 0, 0, 1]] if loss.startswith("Sparse") else t
    return t, _closed.predictions(loss, t.shape, seed=17)


def oracle(loss, dtype):
    t, y = (array.astype(np.float64) for array in inputs(loss, dtype))
    entropy = loss.endswith("Crossentropy")
    return _closed.mean(_closed.of_logits(loss, t, y) if entropy else _closed.ROWS[loss](t, y))


def build(loss, dtype):
    t, y = inputs(loss, dtype)
    t = tf.constant((t.argmax(axis=1) if loss.startswith("Sparse") else t).astype(dtype))
    function = _loops.keras_loss(loss, **({"from_logits": True} if loss.endswith("Crossentropy") else {}))
    return _loops.answers(lambda y: function(t, y), "eager", y)
