"""Every reduction of weighted losses of steps is the one it is named after, whatever shape the weights have.

Mean squared error of predictions (n, steps, 2), whose losses are (n, steps), with weights that are a scalar, one for a sample
(n,) or (n, 1), or one for a step (n, steps). ``square`` has as many samples as steps.

Oracle: with W the weights of all steps and l the losses: W l, its sum, or its sum divided by n * steps; for
``mean_with_sample_weight`` its sum divided by that of W. The gradient is that of the sum of what is given. As the
documentation says, weights (n,) rescale samples. Explanation "weights by step": w (n,) multiplies (n, steps) by NumPy's rule,
so that w_j weights step j of every sample; it goes unnoticed where n = steps.

Source: documentation of tf.keras.losses.Loss (sample_weight, reduction).
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.losses import _closed, _loops

PARAMS = {
    "reduction": ("none", "sum", "sum_over_batch_size", "mean", "mean_with_sample_weight"),
    "weights": ("none", "scalar", "sample", "column", "step"),
    "shape": ("square", "oblong"),
}
EXCLUDE = (
    {"shape": "square", "weights": ("none", "scalar", "column", "step")},
    {"reduction": ("mean", "mean_with_sample_weight"), "weights": ("scalar", "sample", "column")},
)
RTOL = 2e-6


def inputs(reduction, weights, shape):
    n, steps = (3, 3) if shape == "square" else (2, 3)
    random = np.random.RandomState(8)
    t, y = random.normal(size=(2, n, steps, 2)).astype(np.float32)
    size = {"scalar": (), "sample": (n,), "column": (n, 1), "step": (n, steps)}.get(weights)
    return t, y, None if size is None else np.asarray(random.uniform(0.2, 2.0, size=size), np.float32)


def _reduced(reduction, t, y, weights):
    losses, gradient = _closed.mean_squared_error(t.astype(np.float64), y.astype(np.float64))
    weights = np.broadcast_to(weights, losses.shape).astype(np.float64)
    divisor = {"none": 1, "sum": 1, "mean_with_sample_weight": weights.sum()}.get(reduction, losses.size)
    loss = weights * losses / divisor
    return {"loss": loss if reduction == "none" else loss.sum(), "gradient": weights[..., None] * gradient / divisor}


def oracle(reduction, weights, shape):
    t, y, w = inputs(reduction, weights, shape)
    if w is None:
        w = 1.0
    return _reduced(reduction, t, y, w[:, None] if weights == "sample" else w)


def explanations(reduction, weights, shape):
    if weights != "sample" or shape != "square":
        return {}
    return {"weights by step": _reduced(reduction, *inputs(reduction, weights, shape))}


def build(reduction, weights, shape):
    t, y, w = inputs(reduction, weights, shape)
    t = tf.constant(t)
    try:
        function = tf.keras.losses.MeanSquaredError(reduction=reduction)
    except ValueError:
        raise _compat.Unsupported("tf.keras.losses.Loss(reduction='{}')".format(reduction))
    return _loops.answers(lambda y: function(t, y, sample_weight=w), "eager", y)
