"""``output_gradients`` weights the elements of the targets: the answer is the vector-Jacobian product.

y = A x (3 elements) and z = sin(x) (4 elements) for x of 4 elements, with weights u for y and w for z.

Oracle: A'u + w cos(x) for ``list`` and ``dict``, which name both; A'u for ``weights``, 0 for ``zeros``, and A'1 for ``none``,
since weights that are not given are ones.

Source: documentation of tf.GradientTape.gradient, argument output_gradients.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "dtype": ("float32", "float64"),
    "given": ("none", "weights", "zeros", "list", "dict"),
}
# Tracing takes the time: eager execution is asked in full, the graph of less, the other modes once or twice.
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "given": ("weights", "zeros", "list", "dict")},
    {"mode": "graph", "dtype": "float64", "given": ("weights", "zeros", "list", "dict")},
    {"mode": ("nested_graph", "jit"), "dtype": "float64"},
)


def inputs(dtype, **_):
    random = np.random.RandomState(3)
    return tuple(random.normal(size=size).astype(dtype) for size in ((3, 4), (4,), (3,), (4,)))


def oracle(dtype, given, **_):
    a, x, u, w = (value.astype(np.float64) for value in inputs(dtype))
    answers = {
        "none": a.T @ np.ones(3),
        "weights": a.T @ u,
        "zeros": np.zeros(4),
        "list": a.T @ u + w * np.cos(x),
        "dict": a.T @ u + w * np.cos(x),
    }
    return {"gradient": answers[given]}


def build(mode, dtype, given):
    a, x, u, w = (tf.constant(value) for value in inputs(dtype))

    def gradients(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.linalg.matvec(a, x)
            z = tf.sin(x)
        target, weights = {
            "none": (y, None),
            "weights": (y, u),
            "zeros": (y, tf.zeros_like(u)),
            "list": ([y, z], [u, w]),
            "dict": ({"y": y, "z": z}, {"y": u, "z": w}),
        }[given]
        return tape.gradient(target, x, output_gradients=weights)

    call = _compat.in_mode(gradients, mode)
    return lambda: {"gradient": call(x)}
