"""A loss on plain numbers has its value and its gradient in every mode: eager, in a graph, and decorated by itself.

All of Keras's losses that compare numbers or margins, as objects with the default reduction, which is the mean over rows. All
points lie away from kinks and from the epsilons (1e-7) that Keras adds.

Oracle: the closed forms of ``_closed.py``, each by the chain rule, divided by the number of rows.

Source: documentation of tf.keras.losses.
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "loss": (
        "MeanSquaredError",
        "MeanAbsoluteError",
        "MeanAbsolutePercentageError",
        "MeanSquaredLogarithmicError",
        "Huber",
        "LogCosh",
        "Poisson",
        "KLDivergence",
        "CosineSimilarity",
        "Hinge",
        "SquaredHinge",
        "CategoricalHinge",
    ),
    "mode": ("eager", "graph", "decorated"),
}
RTOL = 5e-6  # logarithms, roots and means of float32: some tens of ulp


def inputs(loss, mode):
    return _closed.targets(loss, (4, 3), seed=1), _closed.predictions(loss, (4, 3), seed=2)


def oracle(loss, mode):
    t, y = (array.astype(np.float64) for array in inputs(loss, mode))
    return _closed.mean(_closed.ROWS[loss](t, y))


def build(loss, mode):
    t, y = inputs(loss, mode)
    t, function = tf.constant(t), _loops.keras_loss(loss)
    return _loops.answers(lambda y: function(t, y), mode, y)
