"""Jacobians of matrix functions are right: inverse, determinant, Cholesky, solve, logdet, eigenvalues.

Oracle, with B = A^-1 and E a direction dA: d(A^-1) = -B E B; d det A = det A tr(B E); d logdet A = tr(B E);
d(A^-1 b) = -B E B b. For functions of a symmetric matrix the argument is S = (X + X^T) / 2, so that no
convention for the other triangle enters: with S = L L^T, dL = L Phi(L^-1 dS L^-T), Phi the lower triangle with half the
diagonal; for an eigenvalue with unit eigenvector q, d lambda = q^T dS q. Every column of the Jacobian is one direction E.

Source: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008).
"""

import numpy as np
import tensorflow as tf

from cases.jacobian import _take

PARAMS = {
    "op": ("inverse", "det", "logdet", "solve", "cholesky", "eigenvalues"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = ({"how": "graph_while", "op": ("inverse", "det", "solve", "cholesky", "eigenvalues")},)
RTOL = 1e-12  # float64; condition numbers below 10
TIME_LIMIT_S = 20.0
N = 3


def inputs(op, how):
    random = np.random.RandomState(17)
    x = random.normal(size=(N, N))
    if op in ("cholesky", "eigenvalues"):
        return 0.5 * x + np.diag([2.0, 4.0, 6.0]), random.normal(size=N)
    return x + 3 * np.eye(N), random.normal(size=N)


def oracle(op, how):
    x, b = inputs(op, how)
    directions = np.eye(N * N).reshape(N * N, N, N)
    columns = [_derivative(op, x, b, e) for e in directions]
    jacobian = np.stack(columns, axis=-1)
    return {"jacobian": jacobian.reshape(jacobian.shape[:-1] + (N, N))}


def _derivative(op, x, b, e):
    inverse, s, ds = np.linalg.inv(x), (x + x.T) / 2, (e + e.T) / 2
    if op == "inverse":
        return -inverse @ e @ inverse
    if op == "det":
        return np.asarray(np.linalg.det(x) * np.trace(inverse @ e))
    if op == "logdet":
        return np.asarray(np.trace(inverse @ e))
    if op == "solve":
        return -inverse @ e @ inverse @ b
    if op == "cholesky":
        factor = np.linalg.cholesky(s)
        inner = np.linalg.inv(factor) @ ds @ np.linalg.inv(factor).T
        return factor @ (np.tril(inner, -1) + np.diag(np.diag(inner)) / 2)
    _, q = np.linalg.eigh(s)
    return np.diag(q.T @ ds @ q)


def build(op, how):
    x, b = (tf.constant(array) for array in inputs(op, how))

    def function(x):
        s = (x + tf.transpose(x)) / 2
        return {
            "inverse": lambda: tf.linalg.inv(x),
            "det": lambda: tf.linalg.det(x),
            "logdet": lambda: tf.linalg.slogdet(x)[1],
            "solve": lambda: tf.linalg.solve(x, b[:, None])[:, 0],
            "cholesky": lambda: tf.linalg.cholesky(s),
            "eigenvalues": lambda: tf.linalg.eigh(s)[0],
        }[op]()

    mode, loop = how.split("_")
    call = _take.jacobian(function, mode, loop)

    def answer():
        _, (jacobian,) = call(x)
        return {"jacobian": jacobian}

    return answer
