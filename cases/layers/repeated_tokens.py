"""An optimizer takes the same step on an embedding when a token occurs several times as on the gradient as a matrix.

The gradient of a lookup is IndexedSlices with one slice for each occurrence. It stands for their sum by row: that is the
derivative, and what a dense layer with one-hot inputs has, whose step is therefore the same.

Oracle: two steps of ``_optimizers.py`` with G, the matrix with G_r = sum of the slices of row r. Explanation "squares before
the sum": the optimizer squares (adamax: takes the sizes of) the slices one by one, and uses sum g_i^2 in place of (sum
g_i)^2.

Source: documentation of tf.IndexedSlices and tf.keras.layers.Embedding; ``_deduplicate_sparse_grad`` of the optimizers of
2.11..2.15, which says that slices of the same row are added up.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.layers import _optimizers

PARAMS = {
    "optimizer": (
        "momentum",
        "adam",
        "adamw",
        "adamax",
        "nadam",
        "rmsprop",
        "rmsprop_centered",
        "adagrad",
        "adadelta",
        "ftrl",
        "lion",
    ),
    "how": ("tape", "graph", "fit"),
}
EXCLUDE = (
    {
        "how": ("graph", "fit"),
        "optimizer": (
            "momentum",
            "adamw",
            "adamax",
            "nadam",
            "rmsprop_centered",
            "adadelta",
            "ftrl",
            "lion",
        ),
    },
    {"how": ("graph", "fit"), "optimizer": ("rmsprop", "adagrad")},
)
# float32, two steps with a few roundings each.
RTOL = 5e-6
TOKENS = np.array([[1, 3, 1], [1, 0, 3]], np.int32)


def inputs(optimizer, how):
    """The table (4, 3), and the loss's derivative by each looked-up vector (2, 3, 3)."""
    random = np.random.RandomState(43)
    table = random.normal(size=(4, 3)).astype(np.float32)
    table[2] = (
        0.0  # no token: Ftrl takes its weight from the gradients so far, so that here any other would be inconsistent
    )
    return table, random.normal(size=(2, 3, 3)).astype(np.float32)


def _rows(slices):
    """The sum of slices by row of the table."""
    total = np.zeros((4, 3))
    np.add.at(total, TOKENS.reshape(-1), slices.reshape(-1, 3))
    return total


def oracle(optimizer, how):
    table, slices = (array.astype(np.float64) for array in inputs(optimizer, how))
    return {"table": _answer(optimizer, table, slices)}


def _answer(optimizer, table, slices, wrong=()):
    """Two steps; ``wrong`` names the wrong ways to be taken."""
    given = {}
    if "squares" in wrong:
        given.update(squares=[_rows(slices**2)] * 2, sizes=[_rows(np.abs(slices))] * 2)
    if "inside" in wrong:
        given["inside"] = True
    if "period" in wrong:
        given["period"] = 1.0
    return _optimizers.steps(optimizer, table, [_rows(slices)] * 2, **given)


def explanations(optimizer, how):
    table, slices = (array.astype(np.float64) for array in inputs(optimizer, how))
    other = {"nadam": ("period", "schedule 250 times as fast"), "rmsprop": ("inside", "epsilon inside the root")}
    other["adagrad"] = other["rmsprop_centered"] = other["rmsprop"]
    found = {"squares before the sum": {"table": _answer(optimizer, table, slices, ("squares",))}}
    if optimizer in other:
        # See optimizers.py, where this is asked without lookups.
        way, name = other[optimizer]
        found[name] = {"table": _answer(optimizer, table, slices, (way,))}
        found["squares before the sum, " + name] = {"table": _answer(optimizer, table, slices, ("squares", way))}
    return found


def build(optimizer, how):
    table, slices = inputs(optimizer, how)
    layer = tf.keras.layers.Embedding(4, 3)
    tokens, slices = tf.constant(TOKENS), tf.constant(slices)
    layer(tokens)
    variable = layer.trainable_variables[0]
    variable.assign(table)
    made = _optimizers.make(optimizer)
    if how == "fit":
        model = tf.keras.Sequential([layer])
        model.compile(loss=lambda truth, y: tf.reduce_sum(truth * y), optimizer=made)

        def by_fit():
            for _ in range(2):
                model.fit(TOKENS, slices.numpy(), batch_size=2, epochs=1, verbose=0)
            return {"table": layer.get_weights()[0]}

        return by_fit
    _optimizers.build(made, [variable])

    def step():
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(slices * layer(tokens))
        made.apply_gradients([(tape.gradient(value, variable), variable)])

    step = _compat.in_mode(step, "eager" if how == "tape" else how, autograph=False)

    def answer():
        step()
        step()
        return {"table": variable.numpy()}

    return answer
