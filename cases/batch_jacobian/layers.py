"""Batch Jacobians through layers that treat examples separately are those of each example.

Oracle, for one example x, by the chain rule: softmax p: diag(p) - p p^T; layer normalisation u = (x - mean) / s with
s = sqrt(var + eps): ([i = j] - 1/n - u_i u_j / n) / s_i; convolution: its matrix, from the kernel shifted along; max pooling: 1
at each window's largest element; a recurrent layer h_t = tanh(W x_t + U h_(t-1)): dh/dx_s = the product of diag(1 - h_t^2) U for
t > s, times diag(1 - h_s^2) W; attention p x with p = softmax(x x^T) by the product rule, with s = x x^T and
dp_ab = p_ab (ds_ab - sum_e p_ae ds_ae).

Source: documentation of tf.GradientTape.batch_jacobian; tensorflow/tensorflow #38391 (convolutions), #57343 (recurrent layers).
"""

import numpy as np
import tensorflow as tf

from cases.batch_jacobian import _take

PARAMS = {
    "layer": ("softmax", "layer_norm", "conv2d", "max_pool", "rnn", "attention"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = ({"how": "graph_while", "layer": ("layer_norm", "conv2d", "max_pool", "rnn", "attention")},)
RTOL = 1e-13  # float64
TIME_LIMIT_S = 20.0
SHAPES = {
    "conv2d": (3, 4, 4, 1),
    "max_pool": (3, 4, 4, 1),
    "rnn": (3, 4, 2),
    "attention": (3, 4, 2),
}


def inputs(layer, how):
    random = np.random.RandomState(41)
    x = random.normal(size=SHAPES.get(layer, (3, 5)))
    return x, random.normal(size=(2, 2, 1, 2)), random.normal(size=(2, 3)), 0.5 * random.normal(size=(3, 3))


def oracle(layer, how):
    x, kernel, w, u = inputs(layer, how)
    return {"jb": np.stack([_one(layer, row, kernel, w, u) for row in x])}


def _one(layer, x, kernel, w, u):
    """The Jacobian for one example."""
    if layer == "softmax":
        p = np.exp(x) / np.exp(x).sum()
        return np.diag(p) - np.outer(p, p)
    if layer == "layer_norm":
        s = np.sqrt(x.var() + 1e-3)
        v = (x - x.mean()) / s
        return (np.eye(5) - 0.2 - np.outer(v, v) / 5) / s
    if layer == "rnn":
        states, h = [], np.zeros(3)
        for row in x:
            h = np.tanh(row @ w + h @ u)
            states.append(h)
        jacobian, after = np.zeros((3, 4, 2)), np.eye(3)
        for t in range(3, -1, -1):
            after = after * (1 - states[t] ** 2)
            jacobian[:, t] = after @ w.T
            after = after @ u.T
        return jacobian
    if layer == "attention":
        e = np.exp(x @ x.T)
        p = e / e.sum(axis=1, keepdims=True)
        t, d = x.shape
        ds = np.einsum("ac,bd->abcd", np.eye(t), x) + np.einsum("bc,ad->abcd", np.eye(t), x)
        dp = p[:, :, None, None] * (ds - np.einsum("ae,aecd->acd", p, ds)[:, None])
        return np.einsum("abcd,bo->aocd", dp, x) + np.einsum("ac,od->aocd", p, np.eye(d))
    windows = 3 if layer == "conv2d" else 2
    jacobian = np.zeros((windows, windows, 2 if layer == "conv2d" else 1, 4, 4, 1))
    for i in range(windows):
        for j in range(windows):
            if layer == "conv2d":
                jacobian[i, j, :, i : i + 2, j : j + 2] = kernel.transpose(3, 0, 1, 2)
            else:
                window = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2, 0]
                row, column = np.unravel_index(window.argmax(), (2, 2))
                jacobian[i, j, 0, 2 * i + row, 2 * j + column, 0] = 1
    return jacobian


def build(layer, how):
    x, kernel, w, u = (tf.constant(array) for array in inputs(layer, how))

    def rnn(x):
        h = tf.zeros([3, 3], tf.float64)
        return tf.while_loop(
            lambda t, h: t < 4, lambda t, h: (t + 1, tf.tanh(tf.matmul(x[:, t], w) + tf.matmul(h, u))), (0, h)
        )[1]

    def layer_norm(x):
        mean, variance = tf.nn.moments(x, [1], keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, None, None, 1e-3)

    def attention(x):
        return tf.matmul(tf.nn.softmax(tf.matmul(x, x, transpose_b=True)), x)

    def function(x):
        return {
            "softmax": lambda: tf.nn.softmax(x),
            "layer_norm": lambda: layer_norm(x),
            "conv2d": lambda: tf.nn.conv2d(x, kernel, 1, "VALID"),
            "max_pool": lambda: tf.nn.max_pool2d(x, 2, 2, "VALID"),
            "rnn": lambda: rnn(x),
            "attention": lambda: attention(x),
        }[layer]()

    mode, loop = how.split("_")
    call = _take.batch_jacobian(function, mode, loop)

    def answer():
        _, jb = call(x)
        return {"jb": jb}

    return answer
