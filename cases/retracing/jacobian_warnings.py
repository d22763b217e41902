"""A loop that computes Jacobians does not warn about retracing.

The guide prints, after its fifth and sixth Jacobian, "WARNING:tensorflow:5 out of the last 5 calls to <function
pfor.<locals>.f at 0x7f7d601250e0> triggered tf.function retracing" and "6 out of the last 6". The warning names the reasons
that it can have: "(1) creating @tf.function repeatedly in a loop, (2) passing tensors with different shapes, (3) passing
Python objects instead of tensors", and asks the reader to remove them.

Oracle: 0. The loop creates no tf.function, its tensors have one shape, and it passes no Python objects; what traces is inside
of ``tape.jacobian``, where a reader cannot reach it. Explanations: "one from the fifth call on": each call makes a new
function of one and the same code and traces it, so n - 4 warnings for n calls, as "5 out of the last 5" says; "capped at
two": since a later release at most two of them are logged; for fewer than five calls both are 0. Without pfor, and inside a
tf.function, nothing is traced by the call: 0.

Source: TensorFlow guide, "Advanced automatic differentiation", Batch Jacobian; tensorflow/tensorflow #42835.
"""

import tensorflow as tf

from cases.retracing import _warnings

PARAMS = {"method": ("jacobian", "batch_jacobian"), "n": (4, 6, 7), "where": ("pfor", "while_loop", "function")}
EXCLUDE = (
    {"where": ("while_loop", "function"), "n": (4, 7)},
    {"where": ("while_loop", "function"), "method": "batch_jacobian"},
    {"where": "pfor", "n": 6},
    {"method": "batch_jacobian", "n": 4},
)
TRACK = ("warnings",)
ISOLATE = "point"


def oracle(method, n, where):
    return {"warnings": 0}


def explanations(method, n, where):
    if n < 5:
        return {}
    return {"one from the fifth call on": {"warnings": n - 4}, "capped at two": {"warnings": min(2, n - 4)}}


def build(method, n, where):
    x = tf.ones([2, 2])

    def differentiate(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = tf.sin(x)
        return getattr(tape, method)(y, x, experimental_use_pfor=where != "while_loop")

    call = tf.function(differentiate) if where == "function" else differentiate

    def loop():
        for _ in range(n):
            call(x)

    return lambda: {"warnings": len(_warnings.warnings_of(loop))}
