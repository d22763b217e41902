"""A tape that closes inside another is asked there or later with the same answer; only the outer one sees what follows.

Under the outer tape, the inner tape records y = x² and closes; then z = x y. The inner tape is asked within the outer one's
block or after it.

Oracle: the inner tape gives dy/dx = 2x and, since it had closed, dz/dx = None; the outer one dy/dx = 2x and dz/dx = 3x². Where
the inner one is asked inside, the outer one has recorded the answer g = 2x too, so dg/dx = 2; asked after it, None.

Source: TensorFlow guide, "Advanced automatic differentiation", Multiple tapes and Higher-order gradients.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "asked": ("inside", "after"),
    "source": ("tensor", "variable"),
}
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "asked": "inside", "source": "variable"},
    {"mode": ("nested_graph", "jit"), "asked": "after", "source": "tensor"},
)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32)


def oracle(asked, **_):
    x = inputs().astype(np.float64)
    return {
        "inner_y": 2 * x,
        "inner_z": None,
        "outer_y": 2 * x,
        "outer_z": 3 * x * x,
        "outer_g": np.full(3, 2.0) if asked == "inside" else None,
    }


def build(mode, asked, source):
    x = (tf.Variable if source == "variable" else tf.constant)(inputs())

    def gradients():
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(x)
                y = x * x
            if asked == "inside":
                g = inner.gradient(y, x)
            z = x * y
        if asked == "after":
            g = inner.gradient(y, x)
        return {
            "inner_y": g,
            "inner_z": inner.gradient(z, x),
            "outer_y": outer.gradient(y, x),
            "outer_z": outer.gradient(z, x),
            "outer_g": outer.gradient(g, x),
        }

    call = _compat.in_mode(gradients, mode)
    return lambda: dict(call())
