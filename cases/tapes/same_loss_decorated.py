"""A function plain and decorated, under two tapes of one function, has one value and one gradient.

The thread's experiment without Keras: l1 = f(w) under tape 1, l2 = tf.function(f)(w) under tape 2, with f the weighted
cross-entropy -mean_i sum_c t_ic log p_ic written out on p = softmax(x w), targets that do not sum to one.

Oracle: with s_i = sum_c t_ic the gradient for the logits is (s p - t) / n, so that for w it is x'(s p - t) / n, twice.

Source: tensorflow/tensorflow #40984.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "dtype": ("float32", "float64"),
}
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "dtype": "float64"},
    {"mode": "graph", "dtype": "float64"},
)


def inputs(dtype, **_):
    random = np.random.RandomState(13)
    x, w = random.normal(size=(12, 5)), random.normal(size=(5, 3))
    t = np.eye(3)[np.arange(12) % 3] * np.array([1.0, 1.0, 0.1])
    return tuple(value.astype(dtype) for value in (x, w, t))


def oracle(dtype, **_):
    x, w, t = (value.astype(np.float64) for value in inputs(dtype))
    e = np.exp(x @ w - (x @ w).max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss, gradient = -(t * np.log(p)).sum() / 12, x.T @ (t.sum(axis=1, keepdims=True) * p - t) / 12
    return {"plain": loss, "decorated": loss, "d_plain": gradient, "d_decorated": gradient}


def build(mode, dtype):
    x, w, t = (tf.constant(value) for value in inputs(dtype))

    def loss(w):
        return -tf.reduce_mean(tf.reduce_sum(t * tf.math.log(tf.nn.softmax(tf.matmul(x, w))), axis=1))

    decorated = tf.function(loss)

    def get_gradients(w):
        with tf.GradientTape() as tape1:
            tape1.watch(w)
            l1 = loss(w)
        with tf.GradientTape() as tape2:
            tape2.watch(w)
            l2 = decorated(w)
        return l1, l2, tape1.gradient(l1, w), tape2.gradient(l2, w)

    call = _compat.in_mode(get_gradients, mode)
    return lambda: dict(zip(("plain", "decorated", "d_plain", "d_decorated"), call(w)))
