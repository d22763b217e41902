"""The gradient of several targets, or of a target with several elements, is the gradient of their sum.

Targets made of y = x² and z = x³ for a vector x. Oracle: by linearity, the sum over all target elements of its derivative: 2x for
y, 2x + 3x² for a list, dict or nesting of both, 4x for y named twice; the derivative of x itself is 1, so ``itself`` is ones and
``itself_and_y`` is 1 + 2x.

A variable as the target is ``itself`` with source=variable: the documentation names it among the arguments ("Tensors or
Variables") and also among the errors ("ValueError: If the target is a variable"). The oracle is the argument's.

Source: documentation of tf.GradientTape.gradient, argument target ("a list or nested structure of Tensors or Variables");
guide, "Introduction to gradients", Gradients of non-scalar targets.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "source": ("tensor", "variable"),
    "target": ("scalar", "vector", "list", "dict", "nested", "repeated", "itself", "itself_and_y"),
}
# Tracing takes the time: eager execution is asked in full, the graph of less, the other modes once or twice.
EXCLUDE = (
    {
        "mode": ("nested_graph", "jit"),
        "target": ("vector", "list", "dict", "nested", "repeated", "itself", "itself_and_y"),
    },
    {
        "mode": "graph",
        "source": "variable",
        "target": ("vector", "list", "dict", "nested", "repeated", "itself", "itself_and_y"),
    },
    {"mode": ("nested_graph", "jit"), "source": "variable"},
)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32)


def oracle(target, **_):
    x = inputs().astype(np.float64)
    dy, dz = 2.0 * x, 3.0 * x * x
    answers = {"scalar": dy, "vector": dy, "repeated": 2.0 * dy, "itself": np.ones(3), "itself_and_y": 1.0 + dy}
    return {"gradient": answers.get(target, dy + dz)}


def build(mode, source, target):
    x = (tf.Variable if source == "variable" else tf.constant)(inputs())

    def gradients():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
            z = y * x
            total = tf.reduce_sum(y)
        targets = {
            "scalar": total,
            "vector": y,
            "list": [y, z],
            "dict": {"b": y, "a": z},
            "nested": [{"y": y}, (z,)],
            "repeated": [y, y],
            "itself": x,
            "itself_and_y": [x, y],
        }
        return tape.gradient(targets[target], x)

    call = _compat.in_mode(gradients, mode)
    return lambda: {"gradient": call()}
