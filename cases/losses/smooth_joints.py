"""Where the pieces of a loss's formula meet smoothly, its gradient is the one derivative that there is.

Cross-entropies of logits are written with |x| and max(x, 0), Huber's loss and the squared hinge with two branches: the pieces
meet where the logit is 0 (all logits are, under a layer whose weights start at zero), the error is 0 or delta, or the margin
is 1. The functions are differentiable there. Each is asked at its joint and at one ordinary point.

Oracle: the closed forms, which have no pieces. Sigmoid cross-entropy at 0: 1/2 - t; weighted by q, (1 - t) - (1 + (q - 1) t)
/ 2; Huber: the clipped error, 0 and +-1; squared hinge at its margin: 0; log cosh at 0: tanh 0 = 0. Explanation "no slope at
zero": of the weighted formula (1 - t) x + w (log(1 + exp(-|x|)) + max(-x, 0)) autodiff takes 0 for the derivatives of |x| and
of max(-x, 0) at 0, which leaves 1 - t.

Source: documentation of tf.nn.weighted_cross_entropy_with_logits and of tf.keras.losses.
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "loss": ("weighted", "sigmoid", "BinaryCrossentropy", "Huber", "SquaredHinge", "LogCosh"),
    "mode": ("eager", "graph", "jit"),
}
EXCLUDE = ({"mode": "jit", "loss": ("BinaryCrossentropy", "Huber", "SquaredHinge", "LogCosh")},)
RTOL = 2e-6
POSITIVE_WEIGHT = 3.0


def inputs(loss, mode):
    if loss == "Huber":  # errors 0, 1, -1 and 0.5
        return np.array([[1.0, 0.0, 3.0, 0.0]], np.float32), np.array([[1.0, 1.0, 2.0, 0.5]], np.float32)
    if loss == "LogCosh":  # errors 0, 0 and 0.5
        return np.array([[1.0, -2.0, 0.0]], np.float32), np.array([[1.0, -2.0, 0.5]], np.float32)
    if loss == "SquaredHinge":  # margins 1, 1 and -0.5
        return np.array([[1.0, 0.0, 1.0]], np.float32), np.array([[1.0, -1.0, -0.5]], np.float32)
    return np.array([[0.0, 1.0, 0.25, 1.0]], np.float32), np.array([[0.0, 0.0, 0.0, 0.5]], np.float32)


def oracle(loss, mode):
    t, x = (array.astype(np.float64) for array in inputs(loss, mode))
    if loss == "weighted":
        q = 1 + (POSITIVE_WEIGHT - 1) * t
        return {"loss": (1 - t) * x + q * _closed.softplus(-x), "gradient": 1 - t - q * _closed.sigmoid(-x)}
    if loss == "sigmoid":
        return {"loss": _closed.softplus(x) - x * t, "gradient": _closed.sigmoid(x) - t}
    if loss == "BinaryCrossentropy":
        return _closed.mean(_closed.of_logits(loss, t, x))
    return _closed.mean(_closed.ROWS[loss](t, x))


def explanations(loss, mode):
    if loss != "weighted":
        return {}
    t, x = inputs(loss, mode)
    return {"no slope at zero": {"gradient": np.where(x == 0, 1 - t, oracle(loss, mode)["gradient"])}}


def build(loss, mode):
    t, x = inputs(loss, mode)
    t = tf.constant(t)
    if loss == "weighted":
        return _loops.answers(
            lambda x: tf.nn.weighted_cross_entropy_with_logits(labels=t, logits=x, pos_weight=POSITIVE_WEIGHT), mode, x
        )
    if loss == "sigmoid":
        return _loops.answers(lambda x: tf.nn.sigmoid_cross_entropy_with_logits(labels=t, logits=x), mode, x)
    function = _loops.keras_loss(loss, **({"from_logits": True} if loss == "BinaryCrossentropy" else {}))
    return _loops.answers(lambda x: function(t, x), mode, x)
