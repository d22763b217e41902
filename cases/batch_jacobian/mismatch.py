"""``batch_jacobian`` refuses a target and a source that cannot be batches of the same size.

"ValueError: ... if first dimension of target and source do not match"; both must have "rank 2 or higher". In a graph that was
traced for any size the mismatch is seen when it runs: InvalidArgumentError, from the assertion.

Oracle: these sentences of the documentation, by the name of the exception. Where nothing is wrong there is an ``answer``:
y = x * x has dy_bi/dx_bj = 2 x_bi [i = j], at ones.

Source: documentation of tf.GradientTape.batch_jacobian; the guide, Batch Jacobian.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "wrong": ("nothing", "batch", "rank_of_target", "rank_of_source", "both_ranks"),
    "mode": ("eager", "graph", "graph_any_size"),
    "loop": ("pfor", "while"),
}
EXCLUDE = (
    {"mode": ("graph", "graph_any_size"), "loop": "while"},
    {"wrong": "nothing", "mode": "graph"},
)
ROWS = (4, 3)


def inputs(wrong, mode, loop):
    return np.ones((ROWS[1] if wrong != "batch" else ROWS[0], 2))


def oracle(wrong, mode, loop):
    if wrong == "nothing":
        return {"error": "none", "answer": np.tile(2 * np.eye(2), (ROWS[1], 1, 1))}
    return {
        "error": "InvalidArgumentError" if wrong == "batch" and mode == "graph_any_size" else "ValueError",
        "answer": None,
    }


def build(wrong, mode, loop):
    x = inputs(wrong, mode, loop)
    x = tf.constant(x[:, 0] if wrong in ("rank_of_source", "both_ranks") else x)

    def take(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = tf.reshape(x * x, [-1, 1] if wrong == "rank_of_source" else tf.shape(x))
            y = y[1:] if wrong == "batch" else y
            y = tf.reshape(y, [-1]) if wrong == "rank_of_target" else y
        return tape.batch_jacobian(y, x, experimental_use_pfor=loop == "pfor")

    if mode == "graph_any_size":
        call = tf.function(take, input_signature=[tf.TensorSpec([None] + x.shape[1:].as_list(), x.dtype)])
    else:
        call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        found = []
        error = _compat.error_of(lambda: found.append(call(x)))
        return {"error": error, "answer": found[0] if found else None}

    return answer
