"""``class_weight`` weights every label by the weight of its class, however the labels are spelled.

Cross-entropy of three classes with weights 1, 3 and 0.5; labels (n,), (n, 1), one-hot (n, 3), and those of a sequence model,
(n, steps) or (n, steps, 1). ``and_sample_weight`` gives weights of samples as well, which multiply.

Oracle: the mean over labels of w_y (-log p_y), and x^T g of it (``_closed.py``). Explanations, for labels (n, steps), which
Keras takes for one-hot rows: c_i = argmax_j y_ij is taken for the class of sample i, whose weight goes to all steps of it
("argmax of the labels"), or, since n = steps here, to step i of all samples ("argmax of the labels, by step").

Source: documentation of tf.keras.Model.fit (class_weight).
"""

import numpy as np

from cases.losses import _closed, _loops

PARAMS = {
    "labels": ("vector", "column", "one_hot", "steps", "steps_column", "and_sample_weight"),
    "loop": ("fit", "train_on_batch"),
}
EXCLUDE = ({"loop": "train_on_batch", "labels": ("column", "steps_column", "and_sample_weight")},)
RTOL = 2e-5  # the gradient is a difference of float32 weights
WEIGHTS = np.array([1.0, 3.0, 0.5])


def inputs(labels, loop):
    random = np.random.RandomState(10)
    shape = (3, 3) if labels.startswith("steps") else (6,)
    x, kernel = random.normal(size=shape + (4,)), random.normal(size=(4, 3))
    y = np.array([[0, 2, 1], [1, 1, 0], [2, 0, 0]]) if labels.startswith("steps") else np.array([0, 2, 1, 1, 0, 2])
    return x.astype(np.float32), y, kernel.astype(np.float32), np.array([1.0, 0.5, 2.0, 0.25, 4.0, 1.5], np.float32)


def _weighted(labels, loop, weights):
    x, y, kernel, _ = inputs(labels, loop)
    x, kernel = x.astype(np.float64), kernel.astype(np.float64)
    rows = _closed.of_logits("CategoricalCrossentropy", np.eye(3)[y], x @ kernel)
    return _loops.through_kernel(x, _closed.mean(rows, weights))


def oracle(labels, loop):
    y, sample_weight = inputs(labels, loop)[1], inputs(labels, loop)[3]
    return _weighted(labels, loop, WEIGHTS[y] * (sample_weight if labels == "and_sample_weight" else 1.0))


def explanations(labels, loop):
    if not labels.startswith("steps"):
        return {}
    found = WEIGHTS[inputs(labels, loop)[1].argmax(axis=1)]
    return {
        "argmax of the labels": _weighted(labels, loop, found[:, None]),
        "argmax of the labels, by step": _weighted(labels, loop, found),
    }


def build(labels, loop):
    x, y, kernel, sample_weight = inputs(labels, loop)
    spelled = {"column": y[..., None], "steps_column": y[..., None], "one_hot": np.eye(3, dtype=np.float32)[y]}
    loss = "categorical_crossentropy" if labels == "one_hot" else "sparse_categorical_crossentropy"
    weights = {"class_weight": dict(enumerate(WEIGHTS.tolist()))}
    if labels == "and_sample_weight":
        weights["sample_weight"] = sample_weight
    model = _loops.linear(kernel, "softmax", steps=3 if labels.startswith("steps") else None)
    return lambda: _loops.train(model, loss, loop, x, spelled.get(labels, y), **weights)
