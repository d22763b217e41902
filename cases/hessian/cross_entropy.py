"""The Hessian of softmax cross-entropy is that of its value, fused or written out, also for weighted targets.

f(z) = -sum_nc t_nc log softmax(z_n)_c with logits z (4, 3). Oracle: with p = softmax(z) and s_n = sum_c t_nc the gradient is
s_n p - t and the Hessian s_n (diag(p) - p p^T) in each row, 0 between rows. The fused op's gradient, p - t, leaves out s
("logits shortcut": right for rows that sum to one, which its documentation asks for and nothing checks).

Source: Bishop, "Pattern Recognition and Machine Learning", 4.3.4; tensorflow/tensorflow #5876 and #7403;
documentation of tf.nn.softmax_cross_entropy_with_logits.
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {
    "spelling": ("fused", "sparse", "keras", "log_softmax", "log_of_softmax"),
    "targets": ("one_hot", "weighted"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = (
    {"spelling": "sparse", "targets": "weighted"},
    {"how": "graph_while", "spelling": ("log_softmax", "log_of_softmax", "keras")},
    {"how": "graph_while", "targets": "one_hot"},
    {"targets": "one_hot", "spelling": ("keras", "log_softmax", "log_of_softmax")},
)
RTOL = 1e-13  # float64; exponentials and their sums
TIME_LIMIT_S = 20.0
LABELS = (0, 2, 1, 2)


def inputs(spelling, targets, how):
    z = np.random.RandomState(59).normal(size=(4, 3))
    return z, np.eye(3)[list(LABELS)] * (np.array([1.0, 0.5, 0.1]) if targets == "weighted" else 1.0)


def _answers(z, t, s):
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    blocks = s[:, None, None] * (p[:, :, None] * np.eye(3) - p[:, :, None] * p[:, None, :])
    return {
        "value": -(t * np.log(p)).sum(),
        "gradient": s[:, None] * p - t,
        "hessian": np.einsum("nab,nm->namb", blocks, np.eye(4)),
    }


def oracle(spelling, targets, how):
    z, t = inputs(spelling, targets, how)
    return _answers(z, t, t.sum(axis=1))


def explanations(spelling, targets, how):
    z, t = inputs(spelling, targets, how)
    return {"logits shortcut": _answers(z, t, np.ones(4))}


def build(spelling, targets, how):
    z, t = inputs(spelling, targets, how)

    def function(z):
        if spelling == "fused":
            return tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(labels=tf.constant(t), logits=z))
        if spelling == "sparse":
            return tf.reduce_sum(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=list(LABELS), logits=z))
        if spelling == "keras":
            return tf.reduce_sum(tf.keras.losses.categorical_crossentropy(tf.constant(t), z, from_logits=True))
        if spelling == "log_softmax":
            return -tf.reduce_sum(t * tf.nn.log_softmax(z))
        return -tf.reduce_sum(t * tf.math.log(tf.nn.softmax(z)))

    mode, loop = how.split("_")
    return _take.answers(function, mode, loop, z)
