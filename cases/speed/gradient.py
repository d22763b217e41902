"""The eager gradient of a small dense model is right under a plain, a persistent and an unwatching tape, at any width.

Timed: one forward pass, one gradient. The three tapes record the same ops, so that what they differ in is the tape: plain;
``persistent=True``; ``watch_accessed_variables=False`` with the variable watched by name.

Oracle: loss = mean(h²) over the 16 n entries of h = tanh(x W), x (16, n), W (n, n). dloss/dh = 2 h / (16 n), dh/dz = 1 - h²,
dW = x' (dloss/dh (1 - h²)).

Source: TensorFlow guide, "Introduction to gradients and automatic differentiation".
"""

import numpy as np
import tensorflow as tf

PARAMS = {"tape": ("plain", "persistent", "unwatched"), "n": (4, 128, 512)}
TIMED = {"unit": "elements"}
# float32: products of n <= 512 terms, then of 16, around a tanh that is good to some ulp: 32 ulp.
RTOL = 4e-6
ROWS = 16


def inputs(n, **_):
    random = np.random.RandomState(41)
    x, kernel = random.normal(size=(ROWS, n)), random.normal(size=(n, n)) / np.sqrt(n)
    return x.astype(np.float32), kernel.astype(np.float32)


def closed_form(x, kernel):
    h = np.tanh(x @ kernel)
    return {"loss": np.mean(h * h), "gradient": x.T @ (h * (1 - h * h)) * x.dtype.type(2.0 / h.size)}


def oracle(tape, n):
    x, kernel = inputs(n)
    return closed_form(x.astype(np.float64), kernel.astype(np.float64))


def work(tape, n):
    return n * n


def floor(tape, n):
    x, kernel = inputs(n)
    return lambda: closed_form(x, kernel)


def build(tape, n):
    x, kernel = inputs(n)
    x, kernel = tf.constant(x), tf.Variable(kernel)
    options = {"plain": {}, "persistent": {"persistent": True}, "unwatched": {"watch_accessed_variables": False}}[tape]

    def answer():
        with tf.GradientTape(**options) as recorded:
            if tape == "unwatched":
                recorded.watch(kernel)
            h = tf.tanh(tf.matmul(x, kernel))
            loss = tf.reduce_mean(h * h)
        return {"loss": loss, "gradient": recorded.gradient(loss, kernel)}

    return answer
