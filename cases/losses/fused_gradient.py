"""Cross-entropy from logits differentiates its own value, also for targets that do not sum to one.

Three spellings of softmax cross-entropy on logits z with targets t: ``tf.nn.softmax_cross_entropy_with_logits``,
``tf.keras.losses.categorical_crossentropy(from_logits=True)``, and written out with ``tf.nn.log_softmax``.

Oracle: the value is -sum_c t_c log p_c with p = softmax(z), so its gradient is s p - t with s = sum_c t_c. For weighted targets
the fused op returns p - t ("logits shortcut"): its documentation asks for rows that are probability distributions, and nothing
checks it. The value is right, the gradient is not the gradient of the value.

Source: documentation of tf.nn.softmax_cross_entropy_with_logits; tensorflow/tensorflow #40984.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.losses import _thread

PARAMS = {
    "spelling": ("fused_op", "keras_from_logits", "log_softmax"),
    "targets": ("probabilities", "weighted"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
EXCLUDE = (
    {"mode": "nested_graph", "spelling": ("keras_from_logits", "log_softmax")},
    {"mode": "jit", "spelling": "keras_from_logits"},
    {"mode": "jit", "spelling": "log_softmax", "targets": "probabilities"},
)
RTOL = 1e-5  # exp and log of float32 in XLA and in Eigen: within tens of ulp


def inputs(spelling, targets, mode):
    random = np.random.RandomState(1)
    z = random.normal(size=(16, 3)).astype(np.float32)
    labels = np.arange(16) % 3
    t = _thread.targets(labels) if targets == "weighted" else np.eye(3)[labels]
    return z, t.astype(np.float32)


def oracle(spelling, targets, mode):
    z, t = (array.astype(np.float64) for array in inputs(spelling, targets, mode))
    p = _thread.softmax(z)
    return {"loss": -(t * np.log(p)).sum(axis=1), "dz": t.sum(axis=1, keepdims=True) * p - t}


def explanations(spelling, targets, mode):
    z, t = (array.astype(np.float64) for array in inputs(spelling, targets, mode))
    return {"logits shortcut": {"dz": _thread.softmax(z) - t}}


def build(spelling, targets, mode):
    z, t = (tf.constant(array) for array in inputs(spelling, targets, mode))

    def cross_entropy(t, z):
        if spelling == "fused_op":
            return tf.nn.softmax_cross_entropy_with_logits(labels=t, logits=z)
        if spelling == "keras_from_logits":
            return tf.keras.losses.categorical_crossentropy(t, z, from_logits=True)
        return -tf.reduce_sum(t * tf.nn.log_softmax(z), axis=1)

    def gradient(z):
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = cross_entropy(t, z)
        return loss, tape.gradient(loss, z)

    call = _compat.in_mode(gradient, mode)

    def answer():
        loss, dz = call(z)
        return {"loss": loss, "dz": dz}

    return answer
