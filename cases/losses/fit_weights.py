"""Weights of samples and of steps that ``fit`` and ``train_on_batch`` are given weight samples and steps of a sequence model.

A Dense layer on sequences (n, steps, 3) under mean squared error, with weights (n,) or (n, steps). ``square`` has as many
samples as steps.

Oracle: sum of w l over n * steps, and x^T g of it (``_closed.py``). Explanation "weights by step" as in
``losses.reductions``: w (n,) multiplies losses (n, steps) by NumPy's rule.

Source: documentation of tf.keras.Model.fit (sample_weight).
"""

import numpy as np

from cases.losses import _closed, _loops

PARAMS = {
    "weights": ("sample", "step"),
    "shape": ("square", "oblong"),
    "loop": ("fit", "fit_eagerly", "train_on_batch"),
}
EXCLUDE = ({"weights": "step", "shape": "square"},)
RTOL = 2e-5  # the gradient is a difference of float32 weights


def inputs(weights, shape, loop):
    n, steps = (3, 3) if shape == "square" else (2, 3)
    random = np.random.RandomState(9)
    x, t, kernel = random.normal(size=(n, steps, 3)), random.normal(size=(n, steps, 2)), random.normal(size=(3, 2))
    w = random.uniform(0.2, 2.0, size=(n,) if weights == "sample" else (n, steps))
    return tuple(array.astype(np.float32) for array in (x, t, kernel, w))


def _weighted(x, t, kernel, w):
    x, t, kernel, w = (array.astype(np.float64) for array in (x, t, kernel, w))
    return _loops.through_kernel(x, _closed.mean(_closed.mean_squared_error(t, x @ kernel), w))


def oracle(weights, shape, loop):
    x, t, kernel, w = inputs(weights, shape, loop)
    return _weighted(x, t, kernel, w[:, None] if weights == "sample" else w)


def explanations(weights, shape, loop):
    return {"weights by step": _weighted(*inputs(weights, shape, loop))} if shape == "square" else {}


def build(weights, shape, loop):
    x, t, kernel, w = inputs(weights, shape, loop)
    model = _loops.linear(kernel, steps=3)
    return lambda: _loops.train(model, "mean_squared_error", loop, x, t, sample_weight=w)
