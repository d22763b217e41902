"""A target or a source without elements has a Jacobian without elements, of the joined shape.

Oracle: there is nothing to differentiate, so only the shape is right or wrong: target shape + source shape, with a 0 in it.
An empty batch is met at the end of a filtered data set.

Source: documentation of tf.GradientTape.jacobian; tensorflow/tensorflow #37795 (fails with experimental_use_pfor=False).
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "empty": ("target", "source"),
    "mode": ("eager", "graph", "graph_any_size"),
    "loop": ("pfor", "while"),
}
EXCLUDE = (
    {"empty": "source", "mode": "graph"},
    {"empty": "source", "mode": "graph_any_size", "loop": "while"},
    {"empty": "target", "mode": "graph", "loop": "while"},
)


def inputs(empty, mode, loop):
    return np.ones((0 if empty == "target" else 2, 3)), np.ones((0 if empty == "source" else 4,))


def oracle(empty, mode, loop):
    x, u = inputs(empty, mode, loop)
    shape = x.shape + u.shape
    return {"jacobian": np.zeros(shape), "shape": list(shape)}


def build(empty, mode, loop):
    x, u = (tf.constant(array) for array in inputs(empty, mode, loop))

    def take(x, u):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(u)
            y = x * tf.reduce_sum(u * u)
        return tape.jacobian(y, u, experimental_use_pfor=loop == "pfor")

    if mode == "graph_any_size":
        call = tf.function(
            take, input_signature=[tf.TensorSpec([None, 3], tf.float64), tf.TensorSpec([None], tf.float64)]
        )
    else:
        call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        jacobian = call(x, u)
        return {"jacobian": jacobian, "shape": np.shape(jacobian)}

    return answer
