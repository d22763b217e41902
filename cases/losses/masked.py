"""Padding that a Masking layer masks changes neither loss nor gradient, in any loop.

Sequences of 4, 2 and 3 steps, padded by zeros to 4, through Masking and a Dense layer under mean squared error. In the custom
loops (eager, graph, and decorated by itself) the loss is an object of Keras called on the labels and the model's output.

Oracle: the mean over the true steps (times their weights, if there are any), as if the sequences had come one by one, and x^T
g of it (``_closed.py``). Explanations: masked steps have weight 0, but the sum is divided by the number of all steps ("mask
left out of the divisor"); or the mask is not seen, and the steps' losses (their predictions are 0) count ("mask ignored").

Source: TensorFlow guide, "Masking and padding with Keras"; tensorflow/tensorflow documentation of tf.keras.losses.Loss.
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "loop": ("fit", "fit_eagerly", "train_on_batch", "eager", "graph", "decorated"),
    "weights": ("none", "step"),
}
EXCLUDE = ({"loop": ("fit_eagerly", "graph", "decorated"), "weights": "step"},)
RTOL = 2e-5  # the gradient is a difference of float32 weights


def inputs(loop, weights):
    random = np.random.RandomState(11)
    mask = np.arange(4) < np.array([[4], [2], [3]])
    x = random.normal(size=(3, 4, 3)) * mask[..., None]
    t, kernel = random.normal(size=(3, 4, 2)), random.normal(size=(3, 2))
    w = random.uniform(0.2, 2.0, size=(3, 4)) if weights == "step" else np.ones((3, 4))
    return tuple(array.astype(np.float32) for array in (x, t, kernel, w, mask))


def _weighted(loop, weights, masked, divisor):
    x, t, kernel, w, mask = (array.astype(np.float64) for array in inputs(loop, weights))
    w = w * mask if masked else w
    return _loops.through_kernel(x, _closed.mean(_closed.mean_squared_error(t, x @ kernel), w * w.size / divisor))


def oracle(loop, weights):
    return _weighted(loop, weights, masked=True, divisor=9)


def explanations(loop, weights):
    return {
        "mask left out of the divisor": _weighted(loop, weights, masked=True, divisor=12),
        "mask ignored": _weighted(loop, weights, masked=False, divisor=12),
    }


def build(loop, weights):
    x, t, kernel, w, _ = inputs(loop, weights)
    w = w if weights == "step" else None
    model = _loops.linear(kernel, steps=4, mask=True)
    function = tf.keras.losses.MeanSquaredError()
    if loop not in ("eager", "graph", "decorated"):
        given = {} if w is None else {"sample_weight": w}
        return lambda: _loops.train(model, function, loop, x, t, **given)

    def loss(t, y):
        return function(t, y, sample_weight=w)

    loss_function = tf.function(loss) if loop == "decorated" else loss

    def step(x, t):
        with tf.GradientTape() as tape:
            value = loss_function(t, model(x))
        return value, tape.gradient(value, model.trainable_variables)[0]

    call = tf.function(step) if loop == "graph" else step

    def answer():
        value, gradient = call(tf.constant(x), tf.constant(t))
        return {"loss": value, "kernel": gradient}

    return answer
