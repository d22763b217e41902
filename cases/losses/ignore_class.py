"""``ignore_class`` leaves rows of that class out of the loss: of its sum, of its mean and of its gradient.

Sparse cross-entropy with ignore_class=-1 on six rows of which two have the label -1, by an object of Keras in three
reductions, and in ``fit`` by the object, by a plain function and by that function decorated.

Oracle: -log p_y and p - e_y on the other rows, 0 on the ignored ones; the mean divides by the four that count. Explanation
"divided by all rows": the losses carry a mask that tells which rows count, an attribute of the tensor, and what loses it
divides by six.

Source: documentation of tf.keras.losses.SparseCategoricalCrossentropy (ignore_class).
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "how": ("eager", "graph", "decorated", "fit", "fit_function", "fit_decorated"),
    "given": ("logits", "probabilities"),
    "reduction": ("none", "sum", "sum_over_batch_size"),
}
EXCLUDE = (
    {"how": ("fit", "fit_function", "fit_decorated"), "reduction": ("none", "sum")},
    {"how": ("fit", "fit_function", "fit_decorated"), "given": "probabilities"},
    {"how": ("graph", "decorated"), "reduction": "none"},
    {"given": "probabilities", "reduction": "none"},
)
SINCE = "2.10"
RTOL = 2e-5  # in fit the gradient is a difference of float32 weights


def inputs(how, given, reduction):
    z = np.random.RandomState(12).normal(size=(6, 3)).astype(np.float32)
    return np.array([0, -1, 2, 1, -1, 1]), z


def _reduced(how, given, reduction, divisor):
    labels, z = inputs(how, given, reduction)
    losses, gradient = _closed.of_logits("CategoricalCrossentropy", np.eye(3)[labels], z.astype(np.float64))
    divisor = divisor if reduction == "sum_over_batch_size" else 1
    counts = labels >= 0
    losses, gradient = counts * losses / divisor, counts[:, None] * gradient / divisor
    return {"loss": losses if reduction == "none" else losses.sum(), "gradient": gradient}


def oracle(how, given, reduction):
    return _reduced(how, given, reduction, divisor=4)


def explanations(how, given, reduction):
    return {"divided by all rows": _reduced(how, given, reduction, divisor=6)}


def build(how, given, reduction):
    labels, z = inputs(how, given, reduction)
    from_logits = given == "logits"

    def function(t, y):
        return tf.keras.losses.sparse_categorical_crossentropy(t, y, from_logits=from_logits, ignore_class=-1)

    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits, ignore_class=-1, reduction=reduction)
    if not how.startswith("fit"):
        labels = tf.constant(labels)
        return _loops.answers(lambda y: loss(labels, y), how, z, tf.identity if from_logits else tf.nn.softmax)
    chosen = {"fit": loss, "fit_function": function, "fit_decorated": tf.function(function)}[how]
    model = _loops.linear(z)  # of unit vectors the logits are the kernel's rows

    def answer():
        trained = _loops.train(model, chosen, "fit", np.eye(6, dtype=np.float32), labels)
        return {"loss": trained["loss"], "gradient": trained["kernel"]}

    return answer
