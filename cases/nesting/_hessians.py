"""Functions of n variables with gradients and dense Hessians in float64, and the same functions in TensorFlow.

logsumexp   f = log sum_i exp(a_i x), A of shape (2n, n); p = softmax(A x). gradient A'p, H = A' (diag p - p p') A
rosenbrock  f = sum_i 100 (x_(i+1) - x_i²)² + (1 - x_i)²; gradient -400 x_i (x_(i+1) - x_i²) - 2 (1 - x_i) for all but the
            last, plus 200 (x_i - x_(i-1)²) for all but the first; H is tridiagonal: off the diagonal -400 x_i, on it
            1200 x_i² - 400 x_(i+1) + 2 for all but the last, plus 200 for all but the first
quartic     f = (x'Qx)² / 4 with Q symmetric; gradient (x'Qx) Qx, H = (x'Qx) Q + 2 Qx (Qx)'
"""

import numpy as np
import tensorflow as tf

from cases import _compat


def inputs(function, n):
    """The matrix of the function (none for rosenbrock: zeros), the point x and a direction v."""
    random = np.random.RandomState(23)
    matrix = random.normal(size=(2 * n, n)) / np.sqrt(n)
    if function == "quartic":
        matrix = matrix.T @ matrix / 2.0
    x, v = random.uniform(0.5, 1.5, size=n), random.normal(size=n)
    return matrix.astype(np.float32), x.astype(np.float32), v.astype(np.float32)


def derivatives(function, n):
    """The gradient of shape (n,) and the dense (n, n) Hessian at the x of ``inputs``, with its v, in float64."""
    a, x, v = (value.astype(np.float64) for value in inputs(function, n))
    if function == "logsumexp":
        p = np.exp(a @ x - (a @ x).max())
        p /= p.sum()
        return a.T @ p, a.T @ (np.diag(p) - np.outer(p, p)) @ a, v
    if function == "quartic":
        # float32 rounds the matrix to one that is not quite symmetric; x'Qx sees its symmetric part.
        q = (a + a.T) / 2.0
        return (x @ q @ x) * (q @ x), (x @ q @ x) * q + 2.0 * np.outer(q @ x, q @ x), v
    gradient = np.zeros(n)
    gradient[:-1] += -400.0 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2.0 * (1.0 - x[:-1])
    gradient[1:] += 200.0 * (x[1:] - x[:-1] ** 2)
    diagonal = np.zeros(n)
    diagonal[:-1] += 1200.0 * x[:-1] ** 2 - 400.0 * x[1:] + 2.0
    diagonal[1:] += 200.0
    return gradient, np.diag(diagonal) + np.diag(-400.0 * x[:-1], 1) + np.diag(-400.0 * x[:-1], -1), v


def in_tensorflow(function, n):
    """The function of x as TensorFlow ops, and the x and v of ``inputs`` as tensors."""
    matrix, x, v = (tf.constant(value) for value in inputs(function, n))
    f = {
        "logsumexp": lambda x: tf.reduce_logsumexp(tf.linalg.matvec(matrix, x)),
        "quartic": lambda x: tf.reduce_sum(x * tf.linalg.matvec(matrix, x)) ** 2 / 4.0,
        "rosenbrock": lambda x: tf.reduce_sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2),
    }[function]
    return f, x, v


def times_vector(f, way):
    """A function of x and v: the Hessian of ``f`` at x times v, in one of the ways of the case ``hessian_vector``."""

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return tape.gradient(y, x)

    def dot(x, v):
        with tf.GradientTape() as tape:
            tape.watch(x)
            target = tf.reduce_sum(gradient(x) * v)
        return tape.gradient(target, x)

    def weights(x, v):
        with tf.GradientTape() as tape:
            tape.watch(x)
            g = gradient(x)
        return tape.gradient(g, x, output_gradients=v)

    def forward_over_reverse(x, v):
        with _compat.forward_accumulator(x, v) as accumulator:
            g = gradient(x)
        return accumulator.jvp(g)

    def reverse_over_forward(x, v):
        with tf.GradientTape() as tape:
            tape.watch(x)
            with _compat.forward_accumulator(x, v) as accumulator:
                y = f(x)
            jvp = accumulator.jvp(y)
        return tape.gradient(jvp, x)

    return {
        "dot": dot,
        "weights": weights,
        "forward_over_reverse": forward_over_reverse,
        "reverse_over_forward": reverse_over_forward,
    }[way]
