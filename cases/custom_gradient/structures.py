"""Inputs of a custom gradient may come in lists, tuples and dicts, also nested and beside a tensor.

The documentation speaks of "nested structures of Tensor inputs" in 2.4 and later; that of 2.1 speaks of tensors alone.

Oracle: the function is y = x z with a grad_fn of (10 w z, 100 w x), in the structure of the inputs. ``beside`` is f(x, [z]) and
``nested`` is f({"pair": (x, [z])}).

Source: documentation of tf.custom_gradient.
"""

import numpy as np
import tensorflow as tf

from cases.custom_gradient import _take

SINCE = "2.4"
PARAMS = {
    "structure": ("list", "tuple", "dict", "nested", "beside"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": ("nested_graph", "jit"), "structure": ("tuple", "dict", "nested", "beside")},)


def inputs(structure, mode):
    return np.array([[1.0, -2.0, 3.0], [2.0, 4.0, -1.0], [0.5, 1.0, 2.0]], np.float32)


def oracle(structure, mode):
    x, z, w = inputs(structure, mode).astype(np.float64)
    return {"y": x * z, "dx": 10.0 * w * z, "dz": 100.0 * w * x}


def build(structure, mode):
    x, z, w = (tf.constant(array) for array in inputs(structure, mode))

    @tf.custom_gradient
    def product(*args):
        x, z = tf.nest.flatten(args)
        return x * z, lambda dy: tf.nest.pack_sequence_as(args, [10.0 * dy * z, 100.0 * dy * x])

    arguments = {
        "list": lambda x, z: ([x, z],),
        "tuple": lambda x, z: ((x, z),),
        "dict": lambda x, z: ({"a": x, "b": z},),
        "nested": lambda x, z: ({"pair": (x, [z])},),
        "beside": lambda x, z: (x, [z]),
    }[structure]

    call = _take.gradient(lambda x, z: product(*arguments(x, z)), mode, w)

    def answer():
        y, (dx, dz) = call(x, z)
        return {"y": y, "dx": dx, "dz": dz}

    return answer
