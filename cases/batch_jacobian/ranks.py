"""Targets and sources of rank 2 to 4 give batch Jacobians of shape [b, y1, ..., yn, x1, ..., xm].

Row by row y = A x + (x . x) 1, with rows reshaped. Oracle: for each row A + 1 (2 x)^T, reshaped to the joined shape.

Source: documentation of tf.GradientTape.batch_jacobian, Returns.
"""

import numpy as np
import tensorflow as tf

from cases.batch_jacobian import _take

PARAMS = {"target": (2, 3, 4), "source": (2, 3, 4), "mode": ("eager", "graph"), "loop": ("pfor", "while")}
EXCLUDE = (
    {"mode": "eager", "loop": "while"},
    {"mode": "graph", "loop": "pfor"},
    {"mode": "graph", "source": (2, 3)},
    {"target": (2, 4), "source": 3},
    {"target": 3, "source": (2, 4)},
    {"mode": "graph", "target": 2},
)
BATCH = 3
TARGETS = {2: (4,), 3: (2, 3), 4: (2, 1, 2)}
SOURCES = {2: (5,), 3: (3, 2), 4: (1, 2, 2)}


def inputs(target, source, mode, loop):
    random = np.random.RandomState(37)
    rows, columns = int(np.prod(TARGETS[target])), int(np.prod(SOURCES[source]))
    return random.normal(size=(rows, columns)), random.normal(size=(BATCH,) + SOURCES[source])


def oracle(target, source, mode, loop):
    a, x = inputs(target, source, mode, loop)
    jb = a[None] + 2 * x.reshape(BATCH, 1, -1)
    return {"jb": jb.reshape((BATCH,) + TARGETS[target] + SOURCES[source])}


def build(target, source, mode, loop):
    a, x = inputs(target, source, mode, loop)

    def function(x):
        flat = tf.reshape(x, [BATCH, -1])
        y = tf.matmul(flat, a, transpose_b=True) + tf.reduce_sum(flat * flat, axis=1, keepdims=True)
        return tf.reshape(y, (BATCH,) + TARGETS[target])

    call = _take.batch_jacobian(function, mode, loop)

    def answer():
        _, jb = call(tf.constant(x))
        return {"jb": jb}

    return answer
