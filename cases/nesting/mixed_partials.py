"""Mixed partial derivatives are right and do not depend on the order in which they are taken.

f(x, y) = exp(x y), elementwise. ``sequence`` is read from left to right: ``xxy`` differentiates by x, by x, then by y.

Oracle, with e = exp(x y): f_x = y e, f_y = x e, f_xy = f_yx = (1 + x y) e, f_xxy = f_xyx = f_yxx = (2 y + x y²) e,
f_xxyy = f_xyxy = f_yyxx = (2 + 4 x y + x² y²) e. Symmetry (Schwarz) is that the same oracle serves each permutation.

Source: TensorFlow guide, "Advanced automatic differentiation", Higher-order gradients.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "sequence": ("xy", "yx", "xxy", "xyx", "yxx", "xxyy", "xyxy", "yyxx"),
}
# Tracing takes the time: eager execution is asked in full, the graph of less, the other modes once or twice.
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "sequence": ("yx", "xxy", "xyx", "yxx", "xxyy", "xyxy", "yyxx")},
    {"mode": "graph", "sequence": ("xyxy", "yyxx")},
)


def inputs(**_):
    random = np.random.RandomState(17)
    return random.uniform(0.2, 1.2, size=6).astype(np.float32), random.uniform(0.2, 1.2, size=6).astype(np.float32)


def oracle(sequence, **_):
    x, y = (value.astype(np.float64) for value in inputs())
    factor = {
        "xy": 1 + x * y,
        "xxy": 2 * y + x * y**2,
        "xxyy": 2 + 4 * x * y + x**2 * y**2,
    }["".join(sorted(sequence))]
    return {"derivative": factor * np.exp(x * y)}


def build(mode, sequence):
    def partial(x, y, sequence):
        if not sequence:
            return tf.exp(x * y)
        by = x if sequence[-1] == "x" else y
        with tf.GradientTape() as tape:
            tape.watch(by)
            value = partial(x, y, sequence[:-1])
        return tape.gradient(value, by)

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(lambda x, y: partial(x, y, sequence)), mode)
    x, y = (tf.constant(value) for value in inputs())
    return lambda: {"derivative": call(x, y)}
