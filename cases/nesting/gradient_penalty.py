"""The gradient of a critic's gradient penalty is right for all of its weights.

D(x) = tanh(x W + b) v, penalty P = mean_i (|dD/dx_i| - 1)² over n rows, differentiated by W, b and v.

Oracle: with t = tanh(x W + b), d1 = 1 - t², d2 = -2 t (1 - t²), the input gradient of row i is g_i = W (v d1_i). For
Q_i = (2 / n) (|g_i| - 1) g_i / |g_i| and S = Q W:
dP/dv = column sums of S d1, dP/db = column sums of S v d2, dP/dW = Q' (d1 v) + x' (S v d2).

Source: Gulrajani et al., Improved training of Wasserstein GANs, 2017; TensorFlow guide, Higher-order gradients.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "rows": (1, 16),
    "inner": ("plain", "decorated"),
}
EXCLUDE = (
    {"rows": 1, "inner": "decorated"},
    {"mode": "nested_graph", "rows": 1},
    {"mode": "nested_graph", "inner": "decorated"},
    {"mode": "jit", "inner": "plain"},
)
# Products of matrices, taken twice, and a difference of norms from 1: some tens of ulp.
RTOL = 1e-5


def inputs(rows, **_):
    random = np.random.RandomState(29)
    sizes = ((rows, 3), (3, 8), (8,), (8,))
    return tuple(random.normal(scale=0.8, size=size).astype(np.float32) for size in sizes)


def oracle(rows, **_):
    x, w, b, v = (value.astype(np.float64) for value in inputs(rows))
    t = np.tanh(x @ w + b)
    d1, d2 = 1.0 - t**2, -2.0 * t * (1.0 - t**2)
    g = (d1 * v) @ w.T
    norm = np.sqrt((g**2).sum(axis=1, keepdims=True))
    q = 2.0 / rows * (norm - 1.0) * g / norm
    s = q @ w
    return {
        "penalty": ((norm - 1.0) ** 2).mean(),
        "dw": q.T @ (d1 * v) + x.T @ (s * v * d2),
        "db": (s * v * d2).sum(axis=0),
        "dv": (s * d1).sum(axis=0),
    }


def build(mode, rows, inner):
    x, w, b, v = inputs(rows)
    x, variables = tf.constant(x), [tf.Variable(value) for value in (w, b, v)]

    def input_gradient(x):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            scores = tf.linalg.matvec(tf.tanh(tf.matmul(x, variables[0]) + variables[1]), variables[2])
        return tape.gradient(scores, x)

    input_gradient = tf.function(input_gradient) if inner == "decorated" else input_gradient

    def penalty_and_gradients(x):
        with tf.GradientTape() as tape:
            norms = tf.sqrt(tf.reduce_sum(input_gradient(x) ** 2, axis=1))
            penalty = tf.reduce_mean((norms - 1.0) ** 2)
        return [penalty] + tape.gradient(penalty, variables)

    call = _compat.in_mode(penalty_and_gradients, mode)
    return lambda: dict(zip(("penalty", "dw", "db", "dv"), call(x)))
