"""A loss is as exact as the type of its predictions: half precision, bfloat16 or float64.

Oracle: the closed forms of ``_closed.py`` at predictions and targets that are rounded to the type first. A loss that is given
in a longer type than the predictions is held to what it promises, 8 units in the last place of that type; so is the gradient,
whose type is that of the predictions. Of float64, loss and gradient are given to 8 units of float32, and ``exact_to`` is the
longest type to 8 units of which both are right: float64. Explanation "float32 inside": what passed through float32 is not.

Source: documentation of tf.keras.losses (dtype).
"""

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "loss": ("MeanSquaredError", "Huber", "LogCosh", "BinaryCrossentropy", "SparseCategoricalCrossentropy"),
    "dtype": ("float16", "bfloat16", "float64"),
    "spelling": ("object", "function"),
}
EXCLUDE = ({"spelling": "function", "loss": ("Huber", "LogCosh")},)  # functions of other names in other releases

FUNCTIONS = {
    "MeanSquaredError": "mean_squared_error",
    "BinaryCrossentropy": "binary_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
}


def inputs(loss, dtype, spelling):
    t, y = _closed.targets(loss, (4, 3), seed=18), _closed.predictions(loss, (4, 3), seed=19)
    if dtype == "float64":
        return t.astype(np.float64), y.astype(np.float64) + 1e-9
    return _rounded(t, dtype), _rounded(y, dtype)


def _rounded(array, dtype):
    """Float32 numbers that the shorter type holds; bfloat16 keeps the upper half of their bits."""
    if dtype == "float16":
        return array.astype(np.float16).astype(np.float32)
    return (array.view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)


def _right(loss, dtype, spelling):
    t, y = (array.astype(np.float64) for array in inputs(loss, dtype, spelling))
    entropy = loss.endswith("Crossentropy")
    return _closed.mean(_closed.of_logits(loss, t, y) if entropy else _closed.ROWS[loss](t, y))


def oracle(loss, dtype, spelling):
    right = _right(loss, dtype, spelling)
    if dtype != "float64":
        return right
    return dict({name: np.float32(value) for name, value in right.items()}, exact_to="float64")


def explanations(loss, dtype, spelling):
    return {"float32 inside": {"exact_to": "float32"}} if dtype == "float64" else {}


def _exact_to(found, right):
    """The longest type to 8 units in whose last place every output is right."""
    for name in ("float64", "float32"):
        if all(
            np.abs(found[key] - right[key]).max() <= 8 * np.finfo(name).eps * np.abs(right[key]).max() for key in right
        ):
            return name
    return "none"


def build(loss, dtype, spelling):
    t, y = inputs(loss, dtype, spelling)
    t = tf.constant(t.argmax(axis=1)) if loss.startswith("Sparse") else tf.cast(t, dtype)
    options = {"from_logits": True} if loss.endswith("Crossentropy") else {}
    if spelling == "object":
        function = _loops.keras_loss(loss, **options)
    else:
        unreduced = _loops.function(FUNCTIONS[loss])

        def function(t, y):
            return tf.reduce_mean(unreduced(t, y, **options))

    call = _loops.answers(lambda y: function(t, y), "eager", tf.cast(y, dtype))
    if dtype != "float64":
        return call

    def answer():
        found = {name: value.numpy() for name, value in call().items()}
        exact_to = _exact_to(found, _right(loss, dtype, spelling))
        return dict({name: value.astype(np.float32) for name, value in found.items()}, exact_to=exact_to)

    return answer
