"""``parallel_iterations`` changes how the batch Jacobian is computed, not what it is, on a persistent tape or not.

Oracle: rows y_bo = sum_i A_io x_bi^2: jb_boi = 2 x_bi A_io, for each value of the knob, for 6 targets a row.

Source: documentation of tf.GradientTape.batch_jacobian; tensorflow/tensorflow #47785 (different results by parallel_iterations).
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "parallel": (1, 4, 100),
    "tape": ("once", "persistent"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = (
    {"tape": "persistent", "parallel": 100},
    {"how": "graph_while", "parallel": 100},
    {"how": "graph_while", "tape": "persistent"},
)


def inputs(parallel, tape, how):
    random = np.random.RandomState(43)
    return random.normal(size=(3, 6)), random.normal(size=(4, 3))


def oracle(parallel, tape, how):
    a, x = inputs(parallel, tape, how)
    return {"jb": np.einsum("bi,io->boi", 2 * x, a)}


def build(parallel, tape, how):
    a, x = (tf.constant(array) for array in inputs(parallel, tape, how))
    mode, loop = how.split("_")

    def take(x):
        with tf.GradientTape(persistent=tape == "persistent") as recorder:
            recorder.watch(x)
            y = tf.matmul(x * x, a)
        return recorder.batch_jacobian(y, x, parallel_iterations=parallel, experimental_use_pfor=loop == "pfor")

    call = _compat.in_mode(take, mode, autograph=False)
    return lambda: {"jb": call(x)}
