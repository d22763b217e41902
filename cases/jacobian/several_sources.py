"""Jacobians come back in the structure of the sources.

"Returned structure is the same as the structure of ``sources``" (documentation of ``GradientTape.jacobian``): asked of a single
tensor, lists, dicts and a nest of them, with y = W x + b * b. The guide notes that sources may be a container.

Oracle: dy_i/dW_jk = [i = j] x_k, dy_i/dx_k = W_ik, dy_i/db_k = 2 b_i [i = k]. ``structure`` is what the answer is made of.

Source: documentation of tf.GradientTape.jacobian; the guide, Jacobians.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "structure": ("single", "list", "dict", "nested", "repeated"),
    "mode": ("eager", "graph"),
    "loop": ("pfor", "while"),
}
EXCLUDE = (
    {"mode": "eager", "loop": "while"},
    {"mode": "graph", "loop": "pfor"},
    {"mode": "graph", "structure": ("single", "list", "nested", "repeated")},
)
NAMED = {"single": "b", "list": "list(W,b,x)", "dict": "dict(W,b,x)"}
NAMED.update({"nested": "dict(list(b),list(W,x))", "repeated": "list(b,x,b)"})


def _kind(value):
    """``list(..)``, ``tuple(..)`` or ``dict(..)`` around the shapes' names."""
    if isinstance(value, dict):
        return "dict({})".format(",".join(_kind(value[key]) for key in sorted(value)))
    if isinstance(value, (list, tuple)):
        return "{}({})".format("list" if isinstance(value, list) else "tuple", ",".join(_kind(v) for v in value))
    return "W" if len(value.shape) == 3 else "x" if value.shape[1] == 4 else "b"


def inputs(structure, mode, loop):
    random = np.random.RandomState(5)
    return {"W": random.normal(size=(3, 4)), "b": random.normal(size=3), "x": random.normal(size=4)}


def oracle(structure, mode, loop):
    given = inputs(structure, mode, loop)
    right = {
        "W": np.einsum("ij,k->ijk", np.eye(3), given["x"]),
        "b": np.diag(2 * given["b"]),
        "x": given["W"],
    }
    answer = {"structure": NAMED[structure]}
    for name in "Wbx":
        if name in NAMED[structure].replace("list", "").replace("tuple", "").replace("dict", ""):
            answer[name] = right[name]
    return answer


def build(structure, mode, loop):
    given = {name: tf.Variable(value) for name, value in inputs(structure, mode, loop).items()}
    w, b, x = given["W"], given["b"], given["x"]
    sources = {
        "single": b,
        "list": [w, b, x],
        "dict": given,
        "nested": {"first": [b], "second": [w, x]},
        "repeated": [b, x, b],
    }[structure]

    def take():
        with tf.GradientTape(persistent=loop == "while") as tape:
            y = tf.linalg.matvec(w, x) + b * b
        return tape.jacobian(y, sources, experimental_use_pfor=loop == "pfor")

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        found = call()
        answer = {"structure": _kind(found)}
        for jacobian in tf.nest.flatten(found):
            answer[_kind(jacobian)] = jacobian
        return answer

    return answer
