"""The loss that ``fit`` and ``evaluate`` report is that of all rows, also when the last batch is smaller.

Five rows in batches of two, with a learning rate of 0, so that all batches meet the same weights; with and without weights.

Oracle: sum of w l over the five rows, divided by five (``_closed.py``). Explanation "mean of batches": the mean of the three
batches' losses, in which the last row counts twice as much as the others.

Source: documentation of tf.keras.Model.fit and tf.keras.Model.evaluate.
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {"loop": ("fit", "fit_eagerly", "evaluate"), "weights": ("none", "sample")}
EXCLUDE = ({"loop": "fit_eagerly", "weights": "sample"},)
RTOL = 2e-6


def inputs(loop, weights):
    random = np.random.RandomState(24)
    x, t, kernel = random.normal(size=(5, 3)), random.normal(size=(5, 2)), random.normal(size=(3, 2))
    w = random.uniform(0.2, 2.0, size=5) if weights == "sample" else np.ones(5)
    return tuple(array.astype(np.float32) for array in (x, t, kernel, w))


def _losses(loop, weights):
    x, t, kernel, w = (array.astype(np.float64) for array in inputs(loop, weights))
    return w * _closed.mean_squared_error(t, x @ kernel)[0]


def oracle(loop, weights):
    return {"loss": _losses(loop, weights).mean()}


def explanations(loop, weights):
    losses = _losses(loop, weights)
    return {"mean of batches": {"loss": np.mean([losses[:2].mean(), losses[2:4].mean(), losses[4]])}}


def build(loop, weights):
    x, t, kernel, w = inputs(loop, weights)
    w = w if weights == "sample" else None
    model = _loops.linear(kernel)
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.0)
    model.compile(loss="mean_squared_error", optimizer=optimizer, run_eagerly=loop == "fit_eagerly")

    def answer():
        if loop == "evaluate":
            return {"loss": np.float32(model.evaluate(x, t, batch_size=2, sample_weight=w, verbose=0))}
        fitted = model.fit(x, t, batch_size=2, sample_weight=w, shuffle=False, verbose=0)
        return {"loss": np.float32(fitted.history["loss"][0])}

    return answer
