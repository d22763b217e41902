"""Jacobians are exact in every floating and complex type, where the numbers are.

y_ij = x_i x_j, with x in quarters, so that every product is a number of each type, bfloat16 and float16 included.

Oracle: J_ijk = [i = k] x_j + [j = k] x_i. For complex x TensorFlow's gradient of a holomorphic f is the conjugate of f',
so each entry is conjugated.

Source: documentation of tf.GradientTape.jacobian; for the conjugate tensorflow/tensorflow #3348.
"""

import numpy as np
import tensorflow as tf

from cases.jacobian import _take

PARAMS = {
    "dtype": ("bfloat16", "float16", "float32", "float64", "complex128"),
    "mode": ("eager", "graph", "jit"),
    "loop": ("pfor", "while"),
}
EXCLUDE = (
    {"mode": ("eager", "jit"), "loop": "while"},
    {"mode": "graph", "loop": "pfor"},
    {"mode": "jit", "dtype": ("float16", "float32", "float64", "complex128")},
    {"mode": "graph", "dtype": ("float16", "float64")},
)


def inputs(dtype, mode, loop):
    x = np.array([0.5, 1.25, -0.75, 2.0])
    return x + 1j * np.array([1.0, -0.5, 0.25, 1.5]) if dtype.startswith("complex") else x


def oracle(dtype, mode, loop):
    x = inputs(dtype, mode, loop)
    eye = np.eye(len(x))
    jacobian = np.conj(np.einsum("ik,j->ijk", eye, x) + np.einsum("jk,i->ijk", eye, x))
    return {"y": np.outer(x, x), "jacobian": jacobian, "dtype": dtype}


def build(dtype, mode, loop):
    x = tf.cast(tf.constant(inputs(dtype, mode, loop)), dtype)
    call = _take.jacobian(lambda x: tf.reshape(x, [4, 1]) * tf.reshape(x, [1, 4]), mode, loop)
    wide = "complex128" if dtype.startswith("complex") else "float64"

    def answer():
        y, (jacobian,) = call(x)
        return {"y": tf.cast(y, wide), "jacobian": tf.cast(jacobian, wide), "dtype": jacobian.dtype.name}

    return answer
