"""Functions of n variables with their dense Hessians in float64, and the same functions in TensorFlow.

logsumexp   f = log sum_i exp(a_i x), A of shape (2n, n); p = softmax(A x). gradient A'p, H = A' (diag p - p p') A
rosenbrock  f = sum_i 100 (x_(i+1) - x_i²)² + (1 - x_i)²; H is tridiagonal: off the diagonal -400 x_i, on it
            1200 x_i² - 400 x_(i+1) + 2 for all but the last, plus 200 for all but the first
quartic     f = (x'Qx)² / 4 with Q symmetric; gradient (x'Qx) Qx, H = (x'Qx) Q + 2 Qx (Qx)'
"""

import numpy as np
import tensorflow as tf


def inputs(function, n):
    """The matrix of the function (none for rosenbrock: zeros), the point x and a direction v."""
    random = np.random.RandomState(23)
    matrix = random.normal(size=(2 * n, n)) / np.sqrt(n)
    if function == "quartic":
        matrix = matrix.T @ matrix / 2.0
    x, v = random.uniform(0.5, 1.5, size=n), random.normal(size=n)
    return matrix.astype(np.float32), x.astype(np.float32), v.astype(np.float32)


def hessian(function, n):
    """The dense (n, n) Hessian at the x of ``inputs``."""
    a, x, _ = (value.astype(np.float64) for value in inputs(function, n))
    if function == "logsumexp":
        p = np.exp(a @ x - (a @ x).max())
        p /= p.sum()
        return a.T @ (np.diag(p) - np.outer(p, p)) @ a
    if function == "quartic":
        # float32 rounds the matrix to one that is not quite symmetric; x'Qx sees its symmetric part.
        q = (a + a.T) / 2.0
        return (x @ q @ x) * q + 2.0 * np.outer(q @ x, q @ x)
    diagonal = np.zeros(n)
    diagonal[:-1] += 1200.0 * x[:-1] ** 2 - 400.0 * x[1:] + 2.0
    diagonal[1:] += 200.0
    return np.diag(diagonal) + np.diag(-400.0 * x[:-1], 1) + np.diag(-400.0 * x[:-1], -1)


def in_tensorflow(function, matrix):
    """The function of x as TensorFlow ops."""
    if function == "logsumexp":
        return lambda x: tf.reduce_logsumexp(tf.linalg.matvec(matrix, x))
    if function == "quartic":
        return lambda x: tf.reduce_sum(x * tf.linalg.matvec(matrix, x)) ** 2 / 4.0
    return lambda x: tf.reduce_sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)
