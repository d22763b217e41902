"""A source whose gradient is sparse (IndexedSlices) has a dense Jacobian, with duplicate rows added up.

Rows of a table are looked up, row 2 twice, and multiplied by weights: "if any gradient is sparse, jacobian function currently
makes it dense and returns a Tensor instead" (documentation).

Oracle: y_id = c_i T_(ids_i, d), so dy_id / dT_ve = c_i [ids_i = v] [d = e]. ``sum`` adds up the rows looked up, where the
duplicates meet in one entry: dy_d / dT_ve = [d = e] sum over i of c_i [ids_i = v].

Source: documentation of tf.GradientTape.jacobian.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "lookup": ("gather", "embedding_lookup", "keras_embedding", "gather_nd"),
    "target": ("rows", "sum"),
    "mode": ("eager", "graph"),
    "loop": ("pfor", "while"),
}
EXCLUDE = (
    {"mode": "eager", "loop": "while"},
    {"lookup": "gather_nd", "mode": "graph"},
    {"target": "sum", "mode": "graph"},
    {"target": "sum", "lookup": ("embedding_lookup", "keras_embedding", "gather_nd")},
    {"lookup": "embedding_lookup", "mode": "graph"},
    {"lookup": "keras_embedding", "loop": "while"},
)
IDS = (2, 0, 2, 4)


def inputs(lookup, target, mode, loop):
    random = np.random.RandomState(7)
    return random.normal(size=(5, 3)).astype(np.float32), np.array([1.0, 0.5, -2.0, 3.0], np.float32)


def oracle(lookup, target, mode, loop):
    _, weights = inputs(lookup, target, mode, loop)
    jacobian = np.einsum("iv,de->idve", weights[:, None].astype(np.float64) * np.eye(5)[list(IDS)], np.eye(3))
    return {"jacobian": jacobian if target == "rows" else jacobian.sum(axis=0), "is_tensor": True}


def build(lookup, target, mode, loop):
    table, weights = inputs(lookup, target, mode, loop)
    layer = tf.keras.layers.Embedding(5, 3)
    layer.build((4,))
    layer.set_weights([table])
    variable = layer.embeddings if lookup == "keras_embedding" else tf.Variable(table)

    def look_up():
        if lookup == "gather":
            return tf.gather(variable, list(IDS))
        if lookup == "embedding_lookup":
            return tf.nn.embedding_lookup(variable, tf.constant(IDS))
        if lookup == "keras_embedding":
            return layer(tf.constant(IDS))
        return tf.gather_nd(variable, tf.constant(IDS)[:, None])

    def take():
        with tf.GradientTape(persistent=loop == "while") as tape:
            y = look_up() * weights[:, None]
            y = y if target == "rows" else tf.reduce_sum(y, axis=0)
        return tape.jacobian(y, variable, experimental_use_pfor=loop == "pfor")

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        jacobian = call()
        return {
            "jacobian": jacobian,
            "is_tensor": tf.is_tensor(jacobian) and not isinstance(jacobian, tf.IndexedSlices),
        }

    return answer
