"""``batch_jacobian`` of an unconnected source is None, or zeros of the target's type when ``ZERO`` is asked for.

"unconnected_gradients: a value which can either hold 'none' or 'zero' and alters the value which will be returned if the target
and sources are unconnected ... it defaults to 'none'" (documentation; ``jacobian`` has the same words and keeps them).

Oracle: None for 'none'; zeros of shape [b, y1, x1] for 'zero', of the source's type. Explanations: "zeros for none" (the option
has no effect), and "float32 zeros for none", whatever the type.

Source: documentation of tf.GradientTape.batch_jacobian; tensorflow/tensorflow #43043 (float32 zeros).
"""

import numpy as np
import tensorflow as tf

from cases.batch_jacobian import _take

PARAMS = {
    "unconnected": ("none", "zero"),
    "dtype": ("float32", "float64"),
    "mode": ("eager", "graph"),
    "loop": ("pfor", "while"),
}
EXCLUDE = ({"mode": "eager", "loop": "while"}, {"mode": "graph", "loop": "pfor"})


def inputs(unconnected, dtype, mode, loop):
    return np.arange(6.0).reshape(3, 2).astype(dtype)


def oracle(unconnected, dtype, mode, loop):
    if unconnected == "none":
        return {"jb": None, "dtype": "none"}
    return {"jb": np.zeros((3, 2, 2)), "dtype": dtype}


def explanations(unconnected, dtype, mode, loop):
    zeros = np.zeros((3, 2, 2))
    return {
        "zeros for none": {"jb": zeros, "dtype": dtype},
        "float32 zeros for none": {"jb": zeros, "dtype": "float32"},
    }


def build(unconnected, dtype, mode, loop):
    x = tf.constant(inputs(unconnected, dtype, mode, loop))
    call = _take.batch_jacobian(tf.stop_gradient, mode, loop, unconnected_gradients=unconnected)

    def answer():
        _, jb = call(x)
        return {"jb": jb, "dtype": "none" if jb is None else jb.dtype.name}

    return answer
