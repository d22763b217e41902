"""Hessians through determinant, inverse, solve and Cholesky have the values of matrix calculus.

Oracle, with B = A^-1: d2 det / dA_ij dA_kl = det A (B_ji B_lk - B_jk B_li); of logdet: -B_jk B_li; of tr(A^-1):
B_jk (BB)_li + (BB)_jk B_li. For f = c . A^-1 b in directions E, F: c . (B E B F B + B F B E B) b. Cholesky: f = sum of C * L
with L L^T = S = (X + X^T)/2; along E the derivative is L_E = L Phi(L^-1 E L^-T), and by differentiating L L^T = S twice,
L_EF = -L Phi(L^-1 (L_E L_F^T + L_F L_E^T) L^-T); Phi takes the lower triangle with half the diagonal.

"transposed inverse": the gradient of det holds matrix_inverse(A, adjoint=True) = Y = A^-T. The gradient of Y in A for an incoming
V is -Y V^T Y; the rule of matrix_inverse without its option ``adjoint`` gives -Y^T V Y^T, which puts B_ki B_jl in place of
B_jk B_li.

Source: tensorflow/tensorflow #55230 (second derivative of a determinant);
Giles, "Collected matrix derivative results" (2008); Petersen and Pedersen, "The Matrix Cookbook", 2.
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {
    "op": ("det", "logdet", "trace_inverse", "solve", "cholesky"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = ({"how": "graph_while", "op": ("det", "trace_inverse", "solve", "cholesky")},)
RTOL = 1e-12  # float64; condition number below 10
TIME_LIMIT_S = 20.0
N = 3


def inputs(op, how):
    random = np.random.RandomState(61)
    x = random.normal(size=(N, N))
    x = 0.5 * x + np.diag([2.0, 4.0, 6.0]) if op == "cholesky" else x + 3 * np.eye(N)
    return x, random.normal(size=(N, N)), random.normal(size=N), random.normal(size=N)


def _phi(m):
    return np.tril(m, -1) + np.diag(np.diag(m)) / 2


def oracle(op, how):
    x, weights, b, c = inputs(op, how)
    inverse = np.linalg.inv(x)
    if op == "det":
        det = np.linalg.det(x)
        second = np.einsum("ji,lk->ijkl", inverse, inverse) - np.einsum("jk,li->ijkl", inverse, inverse)
        return {"value": det, "gradient": det * inverse.T, "hessian": det * second}
    if op == "logdet":
        value = np.log(np.abs(np.linalg.det(x)))
        return {"value": value, "gradient": inverse.T, "hessian": -np.einsum("jk,li->ijkl", inverse, inverse)}
    if op == "trace_inverse":
        square = inverse @ inverse
        second = np.einsum("jk,li->ijkl", inverse, square)
        return {
            "value": np.trace(inverse),
            "gradient": -square.T,
            "hessian": second + np.einsum("jk,li->ijkl", square, inverse),
        }
    directions = np.eye(N * N).reshape(N * N, N, N)
    if op == "solve":
        u, v = inverse.T @ c, inverse @ b
        hessian = [[u @ (e @ inverse @ f + f @ inverse @ e) @ v for f in directions] for e in directions]
        return {"value": c @ v, "gradient": -np.outer(u, v), "hessian": np.reshape(hessian, (N, N, N, N))}
    s = (x + x.T) / 2
    factor = np.linalg.cholesky(s)
    inverse = np.linalg.inv(factor)
    firsts = [factor @ _phi(inverse @ (e + e.T) @ inverse.T) / 2 for e in directions]
    hessian = [
        [-(weights * (factor @ _phi(inverse @ (e @ f.T + f @ e.T) @ inverse.T))).sum() for f in firsts] for e in firsts
    ]
    return {
        "value": (weights * factor).sum(),
        "gradient": np.reshape([(weights * e).sum() for e in firsts], (N, N)),
        "hessian": np.reshape(hessian, (N, N, N, N)),
    }


def explanations(op, how):
    if op not in ("det", "logdet"):
        return {}
    x = inputs(op, how)[0]
    inverse = np.linalg.inv(x)
    wrong = np.einsum("ki,jl->ijkl", inverse, inverse)
    if op == "logdet":
        return {"transposed inverse": {"hessian": -wrong}}
    right = np.einsum("ji,lk->ijkl", inverse, inverse)
    return {"transposed inverse": {"hessian": np.linalg.det(x) * (right - wrong)}}


def build(op, how):
    x, weights, b, c = inputs(op, how)

    def function(x):
        s = (x + tf.transpose(x)) / 2
        return {
            "det": lambda: tf.linalg.det(x),
            "logdet": lambda: tf.linalg.slogdet(x)[1],
            "trace_inverse": lambda: tf.linalg.trace(tf.linalg.inv(x)),
            "solve": lambda: tf.reduce_sum(c * tf.linalg.solve(x, tf.constant(b[:, None]))[:, 0]),
            "cholesky": lambda: tf.reduce_sum(weights * tf.linalg.cholesky(s)),
        }[op]()

    mode, loop = how.split("_")
    return _take.answers(function, mode, loop, x)
