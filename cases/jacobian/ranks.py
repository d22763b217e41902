"""Targets of rank 0 to 4 and sources of rank 0 and 3 give Jacobians of the joined shape.

The target is a linear map of the source plus its square's sum, so that every entry differs: y = A x + (x . x) 1, both reshaped.
Oracle: J = A + 1 (2 x)^T, reshaped to target shape + source shape.

Source: documentation of tf.GradientTape.jacobian; the guide, "the shape of the Jacobian ... is those two shapes concatenated".
"""

import numpy as np
import tensorflow as tf

from cases.jacobian import _take

PARAMS = {
    "target": (0, 1, 2, 3, 4),
    "source": (0, 3),
    "mode": ("eager", "graph"),
    "loop": ("pfor", "while"),
}
EXCLUDE = (
    {"mode": "eager", "loop": "while"},
    {"mode": "graph", "loop": "pfor"},
    {"mode": "graph", "source": 0},
    {"mode": "graph", "target": (1, 3)},
    {"target": (1, 2, 3), "source": 0},
    {"mode": "graph", "target": 2},
    {"mode": "graph", "target": 0},
)
TARGETS = ((), (3,), (2, 3), (2, 1, 3), (2, 1, 3, 2))
SOURCES = ((), (4,), (2, 2), (2, 1, 3))


def inputs(target, source, mode, loop):
    random = np.random.RandomState(11)
    rows, columns = int(np.prod(TARGETS[target])), int(np.prod(SOURCES[source]))
    return random.normal(size=(rows, columns)), random.normal(size=SOURCES[source])


def oracle(target, source, mode, loop):
    a, x = inputs(target, source, mode, loop)
    shape = TARGETS[target] + SOURCES[source]
    return {"jacobian": (a + 2 * x.reshape(1, -1)).reshape(shape), "rank": len(shape)}


def build(target, source, mode, loop):
    a, x = inputs(target, source, mode, loop)

    def function(x):
        flat = tf.reshape(x, [-1])
        return tf.reshape(tf.linalg.matvec(a, flat) + tf.reduce_sum(x * x), TARGETS[target])

    call = _take.jacobian(function, mode, loop)

    def answer():
        _, (jacobian,) = call(tf.constant(x))
        return {"jacobian": jacobian, "rank": len(jacobian.shape)}

    return answer
