"""Labels of shape (n,) and predictions of shape (n, 1), or the other way round, are n pairs, not n x n.

A loss of one output by an object of Keras, by its function followed by a mean, by a function of one's own, and in ``fit`` of
a model with one output, whose labels are (n,).

Oracle: the mean over n pairs of the closed form of ``_closed.py`` with d = 1. Explanation "all pairs": (n,) and (n, 1)
broadcast to (n, n), and the loss is the mean over i, j of l(t_i, y_j); its gradient in y_j is the mean over i, over n. Where
the broadcast is the user's own arithmetic, nobody else can mend it; in ``fit`` Keras sees both shapes first.

Source: documentation of tf.keras.losses; tensorflow/tensorflow #46923.
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "loss": ("mean_squared_error", "mean_absolute_error", "hinge", "poisson", "binary_crossentropy"),
    "spelling": ("object", "function", "fit", "fit_own"),
    "labels": ("vector", "column"),
}
EXCLUDE = (
    {"spelling": ("fit", "fit_own"), "labels": "column"},
    {"spelling": "fit", "loss": ("mean_absolute_error", "poisson", "hinge")},
    {"spelling": "fit_own", "loss": ("mean_absolute_error", "poisson", "hinge", "binary_crossentropy")},
)
RTOL = 2e-5  # in fit the gradient is a difference of float32 weights

NAMES = {
    "mean_squared_error": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
    "hinge": "Hinge",
    "poisson": "Poisson",
    "binary_crossentropy": "BinaryCrossentropy",
}


def inputs(loss, spelling, labels):
    t, y = _closed.targets(NAMES[loss], (5, 1), seed=15), _closed.predictions("Poisson", (5, 1), seed=16)
    return t, y / np.float32(2.5)  # in (0, 1): probabilities too


def _answer(labels, losses, gradient):
    gradient = gradient if labels == "vector" else gradient[:, 0]
    return {"loss": losses, "gradient": gradient}


def oracle(loss, spelling, labels):
    t, y = (array.astype(np.float64) for array in inputs(loss, spelling, labels))
    losses, gradient = _closed.ROWS[NAMES[loss]](t, y)
    return _answer(labels, losses.mean(), gradient / 5)


def explanations(loss, spelling, labels):
    t, y = (array.astype(np.float64) for array in inputs(loss, spelling, labels))
    losses, gradients = _closed.ROWS[NAMES[loss]](t[:, None], y[None])  # (5, 5), (5, 5, 1)
    return {"all pairs": _answer(labels, losses.mean(), gradients.mean(axis=0) / 5)}


def build(loss, spelling, labels):
    t, y = inputs(loss, spelling, labels)
    t, y = (t[:, 0], y) if labels == "vector" else (t, y[:, 0])

    def own(t, y):
        return tf.reduce_mean(tf.math.squared_difference(y, t))

    if spelling.startswith("fit"):
        model = _loops.linear(y)  # of unit vectors the predictions are the kernel's rows

        def answer():
            chosen = own if spelling == "fit_own" else loss
            trained = _loops.train(model, chosen, "fit", np.eye(5, dtype=np.float32), t)
            return {"loss": trained["loss"], "gradient": trained["kernel"]}

        return answer
    if spelling == "object":
        function = _loops.keras_loss(NAMES[loss])
    else:
        unreduced = _loops.function(loss)

        def function(t, y):
            return tf.reduce_mean(unreduced(t, y))

    t = tf.constant(t)
    return _loops.answers(lambda y: function(t, y), "eager", y)
