"""A prediction that is confidently wrong has a gradient in every mode, and decorating the loss does not take it away.

The loss is given probabilities of a Dense layer with activation. One row's label has the logit -20 (20 below another class),
so p = 2.1e-9, a number that float32 holds well; the other row is ordinary. The features are unit vectors: kernel rows are
logits.

Oracle: -log p and p - t (``_closed.py``), whatever p is. Explanations, where Keras sees probabilities only and clips them to
[1e-7, 1 - 1e-7]: the wrong row's loss is -log 1e-7 and its gradient 0, as a clipped number has none ("clipped"). The binary
loss of Keras 2 adds another 1e-7 within the logarithm, which gives -log 2e-7 ("clipped and shifted"). Where Keras sees the op
or the attribute ``_keras_logits`` it computes from logits, and nothing is lost; a ``tf.function`` around the loss hides both.

Source: documentation of tf.keras.losses (from_logits); keras-team/keras #9664.
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "loss": ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"),
    "loop": ("eager", "graph", "decorated", "fit", "fit_decorated"),
}
RTOL = 2e-5  # the gradient is a difference of float32 weights of size 20

NAMES = {
    "binary_crossentropy": "BinaryCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
}


def inputs(loss, loop):
    if loss == "binary_crossentropy":
        return np.array([[1.0], [0.0]], np.float32), np.array([[-20.0], [0.5]], np.float32)
    return np.eye(3, dtype=np.float32)[[0, 2]], np.array([[0.0, 20.0, 0.0], [0.3, -0.2, 0.1]], np.float32)


def _rows(loss, loop):
    t, z = (array.astype(np.float64) for array in inputs(loss, loop))
    return _closed.of_logits(NAMES[loss], t, z)


def _outputs(rows):
    return _loops.through_kernel(np.eye(2), _closed.mean(rows))


def oracle(loss, loop):
    return _outputs(_rows(loss, loop))


def explanations(loss, loop):
    values, gradient = _rows(loss, loop)
    gradient = gradient * [[0.0], [1.0]]
    return {
        "clipped": _outputs((np.array([-np.log(1e-7), values[1]]), gradient)),
        "clipped and shifted": _outputs((np.array([-np.log(2e-7), values[1]]), gradient)),
    }


def build(loss, loop):
    t, kernel = inputs(loss, loop)
    t = t.argmax(axis=1) if loss.startswith("sparse") else t
    x, function = np.eye(2, dtype=np.float32), _loops.function(loss)
    model = _loops.linear(kernel, "sigmoid" if loss.startswith("binary") else "softmax")

    def mean(t, p):
        return tf.reduce_mean(function(t, p))

    decorated = tf.function(mean) if loop.endswith("decorated") else mean

    def step(x, t):
        with tf.GradientTape() as tape:
            value = decorated(t, model(x))
        return value, tape.gradient(value, model.trainable_variables)[0]

    def by_tape():
        call = tf.function(step) if loop == "graph" else step
        value, gradient = call(tf.constant(x), tf.constant(t))
        return {"loss": value, "kernel": gradient}

    if loop.startswith("fit"):
        return lambda: _loops.train(model, decorated, "fit", x, t)
    return by_tape
