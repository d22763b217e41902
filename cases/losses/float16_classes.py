"""Sparse labels keep their class when Keras computes in float16, which holds no integer above 2048 but even ones.

Sparse cross-entropy of 2050 classes under ``set_floatx("float16")``, with labels 2049 and 2047 in int64. All logits but those
of the last three classes are -20, which float16's softmax takes for nothing.

Oracle: p is the softmax of the last three logits; the loss is the mean of -log p_y, the gradient (p - e_y) / 2. Explanation
"label rounded to 2048": converted to float16, 2049 is 2048.

Source: documentation of tf.keras.losses.SparseCategoricalCrossentropy ("integers"); IEEE 754 binary16.
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {"how": ("object", "function", "fit")}
ISOLATE = "point"  # set_floatx is for the process
CLASSES = 2050


def inputs(how):
    z = np.full((2, CLASSES), -20.0, np.float16)
    z[:, -3:] = [[0.5, -0.25, 1.0], [1.5, 0.25, -1.0]]
    return np.array([2049, 2047]), z


def _mean(how, labels):
    z = inputs(how)[1].astype(np.float64)
    return _closed.mean(_closed.of_logits("SparseCategoricalCrossentropy", np.eye(CLASSES)[labels], z))


def oracle(how):
    return _mean(how, inputs(how)[0])


def explanations(how):
    return {"label rounded to 2048": _mean(how, np.array([2048, 2047]))}


def build(how):
    labels, z = inputs(how)
    tf.keras.backend.set_floatx("float16")
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    if how == "fit":
        model = _loops.linear(z)  # of unit vectors the logits are the kernel's rows

        def answer():
            trained = _loops.train(model, loss, "fit", np.eye(2, dtype=np.float16), labels)
            return {"loss": np.float16(trained["loss"]), "gradient": trained["kernel"]}

        return answer

    def function(t, y):
        return tf.reduce_mean(tf.keras.losses.sparse_categorical_crossentropy(t, y, from_logits=True))

    chosen = loss if how == "object" else function
    labels = tf.constant(labels)
    return _loops.answers(lambda y: chosen(labels, y), "eager", z)
