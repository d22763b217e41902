"""A tape that is not persistent answers once, and the loop needs a persistent tape in eager execution.

"Unless you set persistent=True a GradientTape can only be used to compute one set of gradients (or jacobians)": a second call
raises RuntimeError. So does a first call of ``jacobian`` or ``batch_jacobian`` in eager execution with
``experimental_use_pfor=False`` on a tape that is not persistent.

Oracle: the two sentences of the documentation; ``error`` is what the last call raises. Where it answers, y = x * x has
dy_ij/dx_kl = 2 x_ij [i = k][j = l]. Releases that do not refuse start a new, empty tape instead, in which nothing leads from x
to y: ``jacobian`` is None and ``batch_jacobian`` is zeros ("new empty tape").

Source: documentation of tf.GradientTape.jacobian, Raises.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "first": ("nothing", "gradient", "jacobian", "batch_jacobian"),
    "last": ("jacobian", "batch_jacobian", "jacobian_while", "batch_jacobian_while"),
    "persistent": (False, True),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {"first": ("nothing", "gradient"), "persistent": True},
    {"first": ("jacobian", "batch_jacobian"), "mode": "graph"},
    {"last": ("jacobian_while", "batch_jacobian_while"), "mode": "graph"},
    {"first": "jacobian", "last": ("batch_jacobian", "batch_jacobian_while")},
    {"first": "batch_jacobian", "last": ("jacobian", "jacobian_while", "batch_jacobian_while")},
    {"first": "batch_jacobian", "persistent": True},
)


X = ((1.0, 2.0), (3.0, 4.0))


def _refused(first, last, persistent, mode):
    return not persistent and (first != "nothing" or (mode == "eager" and last.endswith("while")))


def oracle(first, last, persistent, mode):
    if _refused(first, last, persistent, mode):
        return {"error": "RuntimeError", "answer": None}
    jacobian = np.einsum("ij,ik,jl->ijkl", 2 * np.array(X), np.eye(2), np.eye(2))
    return {"error": "none", "answer": np.einsum("bxby->bxy", jacobian) if last.startswith("batch") else jacobian}


def explanations(first, last, persistent, mode):
    if not _refused(first, last, persistent, mode):
        return {}
    return {"new empty tape": {"error": "none", "answer": np.zeros((2, 2, 2)) if last.startswith("batch") else None}}


def build(first, last, persistent, mode):
    x = tf.constant(np.array(X))

    def take(x, asked):
        with tf.GradientTape(persistent=persistent) as tape:
            tape.watch(x)
            y = x * x
        for name in asked:
            if name != "nothing":
                method = getattr(tape, name.replace("_while", ""))
                answer = method(y, x, experimental_use_pfor=False) if "_while" in name else method(y, x)
        return answer

    call = _compat.in_mode(lambda x: take(x, (first, last)), mode, autograph=False)

    def answer():
        found = []
        error = _compat.error_of(lambda: found.append(call(x)))
        return {"error": error, "answer": found[0] if found else None}

    return answer
