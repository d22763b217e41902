"""With several outputs, grad_fn gets one upstream gradient for each, and zeros for those that nothing used.

The function returns a = x^2 and b = 3 x as a tuple, a list or a dict, and grad_fn (da, db) returns 10 (2 x da + 3 db). The total
uses both outputs or one of them.

Oracle: da = u and db = w where they are used, and zeros where they are not, so dx = 10 (2 x u + 3 w) with the zeros in place.
``given`` counts the upstream gradients that grad_fn got as tensors: two, used or not.

Source: documentation of tf.custom_gradient ("grad_ys is a sequence of Tensors the same size as y").
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "used": ("both", "first", "second"),
    "structure": ("tuple", "list", "dict"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# Tracing takes the time: eager execution is asked in full, the graph of less, the other modes once or twice.
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "used": ("first", "second")},
    {"mode": ("nested_graph", "jit"), "structure": ("list", "dict")},
    {"mode": "graph", "used": "second", "structure": ("list", "dict")},
)


def inputs(used, structure, mode):
    random = np.random.RandomState(5)
    x, u, w = random.normal(size=(3, 6)).astype(np.float32)
    return x, u * (used != "second"), w * (used != "first")


def oracle(used, structure, mode):
    x, u, w = (array.astype(np.float64) for array in inputs(used, structure, mode))
    return {"a": x * x, "b": 3.0 * x, "dx": 10.0 * (2.0 * x * u + 3.0 * w), "given": 2}


def build(used, structure, mode):
    x, u, w = (tf.constant(array) for array in inputs(used, structure, mode))
    given = []

    @tf.custom_gradient
    def function(x):
        a, b = x * x, 3.0 * x

        def grad_fn(*upstream):
            if structure == "dict" and len(upstream) == 1:
                upstream = (upstream[0]["a"], upstream[0]["b"])
            given.append(sum(part is not None for part in upstream))
            da, db = upstream
            return 10.0 * (2.0 * x * da + 3.0 * db)

        return {"tuple": (a, b), "list": [a, b], "dict": {"a": a, "b": b}}[structure], grad_fn

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            a, b = tf.nest.flatten(function(x))
            parts = {"both": (u * a, w * b), "first": (u * a,), "second": (w * b,)}[used]
            total = tf.reduce_sum(tf.add_n(parts))
        return a, b, tape.gradient(total, x)

    call = _compat.in_mode(gradient, mode)

    def answer():
        a, b, dx = call(x)
        return {"a": a, "b": b, "dx": dx, "given": given[0]}

    return answer
