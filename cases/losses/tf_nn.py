"""The losses of ``tf.nn`` have the values and gradients of their formulas, eager, in a graph and compiled.

Oracle, with logits x, targets t, sigma the logistic function and softplus(x) = log(1 + exp(x)): sigmoid cross-entropy is
softplus(x) - x t with gradient sigma(x) - t; weighted by q for positives, (1 - t) x + (1 + (q - 1) t) softplus(-x) with
gradient (1 - t) - (1 + (q - 1) t) sigma(-x); Poisson, exp(x) - x t, with Stirling's t log t - t + log(2 pi t) / 2 for t > 1,
and gradient exp(x) - t; L2, the sum of x^2 / 2 with gradient x; softmax cross-entropy, -log p_y with gradient p - e_y.

Source: documentation of tf.nn.
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "loss": ("sigmoid", "weighted", "poisson", "l2", "softmax", "sparse_softmax"),
    "mode": ("eager", "graph", "jit"),
}
RTOL = 5e-6  # exp and log of float32 in XLA and in Eigen
POSITIVE_WEIGHT = 3.0


def inputs(loss, mode):
    random = np.random.RandomState(20)
    x = random.normal(size=(4, 3)).astype(np.float32)
    if loss.endswith("softmax"):
        return np.eye(3, dtype=np.float32)[[0, 2, 1, 1]], x
    t = random.uniform(0.0, 3.0, size=(4, 3)) if loss == "poisson" else random.uniform(size=(4, 3))
    return t.astype(np.float32), x


def oracle(loss, mode):
    t, x = (array.astype(np.float64) for array in inputs(loss, mode))
    if loss == "sigmoid":
        return {"loss": _closed.softplus(x) - x * t, "gradient": _closed.sigmoid(x) - t}
    if loss == "weighted":
        q = 1 + (POSITIVE_WEIGHT - 1) * t
        return {"loss": (1 - t) * x + q * _closed.softplus(-x), "gradient": 1 - t - q * _closed.sigmoid(-x)}
    if loss == "poisson":
        stirling = np.where(t > 1, t * np.log(t) - t + 0.5 * np.log(2 * np.pi * t), 0.0)
        return {"loss": np.exp(x) - x * t + stirling, "gradient": np.exp(x) - t}
    if loss == "l2":
        return {"loss": (x**2).sum() / 2, "gradient": x}
    p = _closed.softmax(x)
    return {"loss": -(t * np.log(p)).sum(axis=1), "gradient": p - t}


def build(loss, mode):
    t, x = inputs(loss, mode)
    t = tf.constant(t.argmax(axis=1) if loss == "sparse_softmax" else t)
    functions = {
        "sigmoid": lambda x: tf.nn.sigmoid_cross_entropy_with_logits(labels=t, logits=x),
        "weighted": lambda x: tf.nn.weighted_cross_entropy_with_logits(labels=t, logits=x, pos_weight=POSITIVE_WEIGHT),
        "poisson": lambda x: tf.nn.log_poisson_loss(targets=t, log_input=x, compute_full_loss=True),
        "l2": tf.nn.l2_loss,
        "softmax": lambda x: tf.nn.softmax_cross_entropy_with_logits(labels=t, logits=x),
        "sparse_softmax": lambda x: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=t, logits=x),
    }
    return _loops.answers(functions[loss], mode, x)
