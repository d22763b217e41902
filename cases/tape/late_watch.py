"""A tape differentiates only what is computed after it began to watch; what came before is a constant.

y = x², z = x y. Oracle: watched before both, dz/dx = 3x²; watched between them, y is a constant and dz/dx = y = x²; watched after
both, None. For y the answers are 2x, None and None.

Source: documentation of tf.GradientTape.watch.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "watch": ("before", "between", "after"),
    "source": ("tensor", "variable"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "watch": ("between", "after")},
    {"mode": ("nested_graph", "jit"), "source": "variable"},
)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32)


def oracle(watch, **_):
    x = inputs().astype(np.float64)
    return {
        "dz_dx": {"before": 3.0 * x * x, "between": x * x, "after": None}[watch],
        "dy_dx": 2.0 * x if watch == "before" else None,
    }


def build(mode, watch, source):
    x = (tf.Variable if source == "variable" else tf.constant)(inputs())

    def gradients():
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            if watch == "before":
                tape.watch(x)
            y = x * x
            if watch == "between":
                tape.watch(x)
            z = x * y
            if watch == "after":
                tape.watch(x)
        return tape.gradient(z, x), tape.gradient(y, x)

    call = _compat.in_mode(gradients, mode)

    def answer():
        dz_dx, dy_dx = call()
        return {"dz_dx": dz_dx, "dy_dx": dy_dx}

    return answer
