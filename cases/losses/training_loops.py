"""One step of training by ``fit``, ``fit`` run eagerly, ``train_on_batch`` or a ``train_step`` of one's own is the same step.

A Dense layer without bias under three losses that are given by name. ``train_step`` is the guide's: an overridden method that
takes the loss function itself and applies the tape's gradients, called by ``fit``.

Oracle: x^T g with g the closed form's gradient in the predictions (``_closed.py``), through the activation. Explanation "loss
reported as 0": ``fit`` gives its own mean of the loss, which nothing has been added to, in the place of what ``train_step``
returns under the same name.

Source: Keras guides, "Training with the built-in methods" and "Customizing fit".
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.losses import _closed, _loops

PARAMS = {
    "loss": ("mean_squared_error", "binary_crossentropy", "sparse_categorical_crossentropy"),
    "loop": ("fit", "fit_eagerly", "train_on_batch", "train_step"),
}
RTOL = 2e-5  # the gradient is a difference of float32 weights

KERAS = {
    "mean_squared_error": ("MeanSquaredError", None),
    "binary_crossentropy": ("BinaryCrossentropy", "sigmoid"),
    "sparse_categorical_crossentropy": ("SparseCategoricalCrossentropy", "softmax"),
}


def inputs(loss, loop):
    x = np.random.RandomState(5).normal(size=(8, 4)).astype(np.float32)
    return x, _closed.targets(KERAS[loss][0], (8, 3), seed=6), _closed.predictions("", (4, 3), seed=7)


def oracle(loss, loop):
    x, t, kernel = (array.astype(np.float64) for array in inputs(loss, loop))
    name, activation = KERAS[loss]
    rows = _closed.ROWS[name](t, x @ kernel) if activation is None else _closed.of_logits(name, t, x @ kernel)
    return _loops.through_kernel(x, _closed.mean(rows))


def explanations(loss, loop):
    return {"loss reported as 0": {"loss": 0.0}} if loop == "train_step" else {}


def build(loss, loop):
    x, t, kernel = inputs(loss, loop)
    t = t.argmax(axis=1) if loss.startswith("sparse") else t
    if loop == "train_step" and not hasattr(tf.keras.Model, "train_step"):
        raise _compat.Unsupported("tf.keras.Model.train_step")

    class Stepped(tf.keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                value = tf.reduce_mean(_loops.function(loss)(y, self(x, training=True)))
            gradients = tape.gradient(value, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            return {"loss": value}

    model = _loops.linear(kernel, KERAS[loss][1], kind=Stepped if loop == "train_step" else None)
    return lambda: _loops.train(model, loss, loop, x, t)
