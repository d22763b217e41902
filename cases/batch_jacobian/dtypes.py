"""Batch Jacobians are exact in every floating and complex type, where the numbers are; the source's type is kept.

y_bij = x_bi x_bj, with x in quarters, so that every product is a number of each type. ``mixed`` has a float32 target of a
float64 source.

Oracle: J_bijk = [i = k] x_bj + [j = k] x_bi; for complex x TensorFlow's gradient of a holomorphic f is the conjugate of f'.

Source: documentation of tf.GradientTape.batch_jacobian.
"""

import numpy as np
import tensorflow as tf

from cases.batch_jacobian import _take

PARAMS = {
    "dtype": ("bfloat16", "float32", "float64", "complex128", "mixed"),
    "mode": ("eager", "graph"),
    "loop": ("pfor", "while"),
}
EXCLUDE = (
    {"mode": "eager", "loop": "while"},
    {"mode": "graph", "loop": "pfor"},
    {"mode": "graph", "dtype": ("float32", "float64")},
)


def inputs(dtype, mode, loop):
    x = np.array([[0.5, 1.25], [-0.75, 2.0], [1.0, -0.25]])
    return x + 1j * x[::-1] if dtype.startswith("complex") else x


def oracle(dtype, mode, loop):
    x = inputs(dtype, mode, loop)
    eye = np.eye(2)
    jb = np.conj(np.einsum("ik,bj->bijk", eye, x) + np.einsum("jk,bi->bijk", eye, x))
    return {"jb": jb, "dtype": "float64" if dtype == "mixed" else dtype}


def build(dtype, mode, loop):
    x = tf.cast(tf.constant(inputs(dtype, mode, loop)), "float64" if dtype == "mixed" else dtype)

    def function(x):
        y = tf.reshape(x, [3, 2, 1]) * tf.reshape(x, [3, 1, 2])
        return tf.cast(y, tf.float32) if dtype == "mixed" else y

    call = _take.batch_jacobian(function, mode, loop)
    wide = "complex128" if dtype.startswith("complex") else "float64"

    def answer():
        _, jb = call(x)
        return {"jb": tf.cast(jb, wide), "dtype": jb.dtype.name}

    return answer
