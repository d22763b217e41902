"""Inputs for the ops of tf.linalg; ``name@what`` asks the same op of other inputs.

What is not determined by its definition (signs and phases of eigenvectors) is left out of the outputs: their squares are in.
"""

import numpy as np
import tensorflow as tf

from cases.sweep._take import complex_entry, entry, spread

N = 3
EYE = np.eye(N)
M = spread((N, N)) + 2 * EYE
TALL, WIDE = spread((4, 3)), spread((3, 4), seed=2)
RHS = spread((N, 2), seed=1)
IMAGINARY = spread((N, N), -0.5, 0.5, 3)
# Far apart eigenvalues and singular values, for what has them or their differences as denominators.
D = 0.3 * spread((N, N), seed=4) + np.diag([1.0, 2.5, 4.5])
D_TALL = 0.3 * TALL + np.eye(4, 3) * [1.0, 2.5, 4.5]
D_WIDE = 0.3 * WIDE + np.eye(3, 4) * [1.0, 2.5, 4.5, 1.0]
LU_P = np.array([1, 0, 2], np.int32)


def symmetric(x):
    """Of any square matrix, its self-adjoint part: what the op reads of it must not matter."""
    return (x + tf.linalg.adjoint(x)) / 2


def positive(x):
    return symmetric(x) + 2 * tf.eye(N, dtype=x.dtype)


def squares(x):
    return tf.math.real(x * tf.math.conj(x))


def eigenvalues_and_squares(op, x):
    values, vectors = op(symmetric(x))
    return values, squares(vectors)


def of_svd(op, x):
    s, u, v = op(x)
    return s, tf.matmul(u, v, adjoint_b=True), squares(u)


def cube_by_eigh(op, x):
    values, vectors = op(symmetric(x))
    return tf.matmul(vectors * values**3, vectors, adjoint_b=True)


def cube_by_svd(op, x):
    s, u, v = op(x)
    return tf.matmul(u * s**3, v, adjoint_b=True)


def of_eig(op, x):
    """In order of the eigenvalues' real parts: what order the op gives them is its own affair."""
    values, vectors = op(x)
    order = tf.argsort(tf.math.real(values))
    return tf.gather(values, order), squares(tf.gather(vectors, order, axis=1))


def of_eigvals(op, x):
    values = op(x)
    return tf.gather(values, tf.argsort(tf.math.real(values)))


def solved_by_gradients(op, a, b):
    operator = tf.linalg.LinearOperatorFullMatrix(positive(a), is_self_adjoint=True, is_positive_definite=True)
    return op(operator, b, tol=1e-12, max_iter=10).x


TABLE = {
    "adjoint": entry(TALL),
    "band_part": entry(M, call=lambda op, x: op(x, 1, 0), numpy=lambda x: np.tril(np.triu(x, -1))),
    "banded_triangular_solve": entry(spread((2, 4), 1.0, 2.0), spread((4, 2), seed=1)),
    "cholesky": entry(M, call=lambda op, x: op(positive(x)),
                      numpy=lambda x: np.linalg.cholesky((x + x.T) / 2 + 2 * EYE)),
    "cholesky_solve": entry(M, RHS, numpy=lambda x, y: np.linalg.solve(np.tril(x) @ np.tril(x).T, y)),
    "cross": entry(spread((2, 3)), spread((2, 3), seed=1), numpy=np.cross),
    "det": entry(M, numpy=np.linalg.det),
    "det@singular": entry(np.array([[1.0, 2.0, 0.5], [2.0, 4.0, 1.0], [0.3, -0.7, 1.1]]), numpy=np.linalg.det),
    "diag": entry(TALL),
    "diag@band": entry(spread((2, 3)), call=lambda op, x: op(x, k=(-1, 0))),
    "diag_part": entry(TALL),
    "diag_part@band": entry(TALL, call=lambda op, x: op(x, k=(-1, 1), padding_value=tf.constant(0.5, tf.float64))),
    "eig": entry(D, call=of_eig),
    "eigh": entry(D, call=eigenvalues_and_squares),
    "eigh_tridiagonal": entry(np.array([1.0, 2.5, 4.5]), spread(2, 0.3, 0.6), numpy=lambda a, b: (
        np.linalg.eigvalsh(np.diag(a) + np.diag(b, 1) + np.diag(b, -1)))),
    "eigvals": entry(D, call=of_eigvals),
    "eigvalsh": entry(D, call=lambda op, x: op(symmetric(x)), numpy=lambda x: np.linalg.eigvalsh((x + x.T) / 2)),
    # The sum of cubes is the trace of the cube: a polynomial, also where eigenvalues meet.
    "eigvalsh@repeated": entry(EYE, call=lambda op, x: tf.reduce_sum(op(symmetric(x)) ** 3),
                               numpy=lambda x: np.trace(np.linalg.matrix_power((x + x.T) / 2, 3))),
    # The cube is a polynomial, however its eigenvectors are chosen.
    "eigh@repeated": entry(EYE, call=cube_by_eigh, numpy=lambda x: np.linalg.matrix_power((x + x.T) / 2, 3)),
    "einsum": entry(spread((2, 2, 3)), spread((3, 2), seed=1), call=lambda op, x, y: op("bij,jk->bki", x, y),
                    numpy=lambda x, y: np.einsum("bij,jk->bki", x, y)),
    "einsum@ellipsis": entry(spread((2, 3)), spread((2, 3, 2), seed=1), call=lambda op, x, y: op("...i,...ij->...j", x, y),
                             numpy=lambda x, y: np.einsum("...i,...ij->...j", x, y)),
    "einsum@repeated": entry(spread((2, 3, 3)), call=lambda op, x: op("bii->bi", x), numpy=lambda x: np.einsum("bii->bi", x)),
    "einsum@trace": entry(spread((2, 3, 3)), call=lambda op, x: op("bii->b", x), numpy=lambda x: np.einsum("bii->b", x)),
    "expm": entry(M - 2 * EYE),
    "expm@zero": entry(np.zeros((N, N))),
    "experimental.conjugate_gradient": entry(M, spread(3), call=solved_by_gradients,
                                             numpy=lambda a, b: np.linalg.solve((a + a.T) / 2 + 2 * EYE, b)),
    "global_norm": entry(spread(3), spread(2, seed=1), call=lambda op, x, y: op([x, y]),
                         numpy=lambda x, y: np.sqrt((x**2).sum() + (y**2).sum())),
    "inv": entry(M, numpy=np.linalg.inv),
    "inv@adjoint": entry(M, call=lambda op, x: op(x, adjoint=True), numpy=lambda x: np.linalg.inv(x).T),
    "logdet": entry(M, call=lambda op, x: op(positive(x)), numpy=lambda x: np.linalg.slogdet((x + x.T) / 2 + 2 * EYE)[1]),
    "lstsq": entry(TALL, spread((4, 2), seed=1), numpy=lambda a, b: np.linalg.solve(a.T @ a, a.T @ b)),
    "lstsq@regularized": entry(TALL, spread((4, 2), seed=1), call=lambda op, a, b: op(a, b, l2_regularizer=0.3),
                               numpy=lambda a, b: np.linalg.solve(a.T @ a + 0.3 * EYE, a.T @ b)),
    "lstsq@slow": entry(TALL, spread((4, 2), seed=1), call=lambda op, a, b: op(a, b, fast=False),
                        numpy=lambda a, b: np.linalg.solve(a.T @ a, a.T @ b)),
    "lstsq@wide": entry(WIDE, RHS, numpy=lambda a, b: a.T @ np.linalg.solve(a @ a.T, b)),
    "lu": entry(M, call=lambda op, x: op(x)[0]),
    "lu_matrix_inverse": entry(M, call=lambda op, x: op(x, LU_P)),
    "lu_reconstruct": entry(M, call=lambda op, x: op(x, LU_P)),
    "lu_solve": entry(M, RHS, call=lambda op, x, y: op(x, LU_P, y)),
    "matmul": entry(TALL, spread((4, 2), seed=1), call=lambda op, x, y: op(x, y, transpose_a=True), numpy=lambda x, y: x.T @ y),
    "matmul@batch": entry(spread((2, 1, 2, 3)), spread((3, 2, 3), seed=1), call=lambda op, x, y: op(x, y, adjoint_b=True),
                          numpy=lambda x, y: x @ np.swapaxes(y, -1, -2)),
    "matrix_transpose": entry(TALL, numpy=np.transpose),
    "matvec": entry(TALL, spread(4, seed=1), call=lambda op, x, y: op(x, y, transpose_a=True), numpy=lambda x, y: x.T @ y),
    "norm": entry(TALL, call=lambda op, x: op(x, axis=1), numpy=lambda x: np.sqrt((x**2).sum(1))),
    "norm@1": entry(TALL, step=0.02, call=lambda op, x: op(x, ord=1, axis=1), numpy=lambda x: np.abs(x).sum(1)),
    "norm@3": entry(TALL, step=0.02, call=lambda op, x: op(x, ord=3, axis=1), numpy=lambda x: (np.abs(x) ** 3).sum(1) ** (1 / 3)),
    "norm@inf": entry(TALL, step=0.02, call=lambda op, x: op(x, ord=np.inf, axis=1), numpy=lambda x: np.abs(x).max(1)),
    "normalize": entry(TALL, call=lambda op, x: op(x, axis=1), numpy=lambda x: (
        x / np.sqrt((x**2).sum(1, keepdims=True)), np.sqrt((x**2).sum(1, keepdims=True)))),
    "pinv": entry(TALL, numpy=np.linalg.pinv),
    "pinv@wide": entry(WIDE, numpy=np.linalg.pinv),
    "qr": entry(D_TALL),
    "qr@full": entry(D, call=lambda op, x: op(x, full_matrices=True)),
    "qr@wide": entry(D_WIDE),
    "set_diag": entry(TALL, spread(3, seed=1)),
    "set_diag@band": entry(TALL, spread((2, 3), seed=1), call=lambda op, x, d: op(x, d, k=(-1, 0))),
    "slogdet": entry(M, call=lambda op, x: op(x)[1], numpy=lambda x: np.linalg.slogdet(x)[1]),
    "solve": entry(M, RHS, numpy=np.linalg.solve),
    "solve@adjoint": entry(M, RHS, call=lambda op, x, y: op(x, y, adjoint=True), numpy=lambda x, y: np.linalg.solve(x.T, y)),
    "sqrtm": entry(M),
    "sqrtm@identity": entry(EYE),
    "svd": entry(D_TALL, call=of_svd),
    "svd@identity": entry(EYE, call=cube_by_svd, numpy=lambda x: x @ x.T @ x),
    "svd@repeated": entry(EYE, call=lambda op, x: tf.reduce_sum(op(x, compute_uv=False) ** 4),
                          numpy=lambda x: np.trace(x.T @ x @ x.T @ x)),
    "svd@values": entry(D_TALL, call=lambda op, x: op(x, compute_uv=False), numpy=lambda x: np.linalg.svd(x)[1]),
    "svd@wide": entry(D_WIDE, call=of_svd),
    "tensor_diag": entry(spread((2, 2))),
    "tensor_diag_part": entry(spread((2, 2, 2, 2)), numpy=lambda x: np.einsum("ijij->ij", x)),
    "tensordot": entry(TALL, spread((2, 4), seed=1), call=lambda op, x, y: op(x, y, axes=[[0], [1]]),
                       numpy=lambda x, y: np.tensordot(x, y, [[0], [1]])),
    "trace": entry(spread((2, 3, 3)), numpy=lambda x: np.einsum("bii->b", x)),
    "triangular_solve": entry(M, RHS, numpy=lambda x, y: np.linalg.solve(np.tril(x), y)),
    "triangular_solve@adjoint": entry(M, RHS, call=lambda op, x, y: op(x, y, lower=False, adjoint=True),
                                      numpy=lambda x, y: np.linalg.solve(np.triu(x).T, y)),
    "tridiagonal_matmul": entry(spread((3, 4)), spread((4, 2), seed=1)),
    "tridiagonal_solve": entry(spread((3, 4)) + np.array([[0.0], [3.0], [0.0]]), spread((4, 2), seed=1)),
    # Of complex matrices.
    "adjoint@complex": complex_entry(M, IMAGINARY, numpy=lambda x: x.conj().T),
    "cholesky@complex": complex_entry(M, IMAGINARY, call=lambda op, x: op(positive(x)),
                                      numpy=lambda x: np.linalg.cholesky((x + x.conj().T) / 2 + 2 * EYE)),
    "cholesky_solve@complex": complex_entry(
        M, IMAGINARY * (1 - EYE), RHS, 0.5 * RHS, numpy=lambda x, y: np.linalg.solve(np.tril(x) @ np.tril(x).conj().T, y)),
    "det@complex": complex_entry(M, IMAGINARY, numpy=np.linalg.det),
    "eig@complex": complex_entry(D, 0.5 * IMAGINARY, call=of_eig),
    "eigh@complex": complex_entry(D, 0.5 * IMAGINARY, call=eigenvalues_and_squares),
    "eigvals@complex": complex_entry(D, 0.5 * IMAGINARY, call=of_eigvals),
    "eigvalsh@complex": complex_entry(D, 0.5 * IMAGINARY, call=lambda op, x: op(symmetric(x)),
                                      numpy=lambda x: np.linalg.eigvalsh((x + x.conj().T) / 2)),
    "einsum@complex": complex_entry(M, IMAGINARY, RHS, 0.5 * RHS, call=lambda op, x, y: op("ij,jk->ki", x, y),
                                    numpy=lambda x, y: np.einsum("ij,jk->ki", x, y)),
    "expm@complex": complex_entry(M - 2 * EYE, IMAGINARY),
    "inv@complex": complex_entry(M, IMAGINARY, numpy=np.linalg.inv),
    "logm@complex": complex_entry(M + EYE, IMAGINARY),
    "lu@complex": complex_entry(M, IMAGINARY, call=lambda op, x: op(x)[0]),
    "matmul@complex": complex_entry(M, IMAGINARY, RHS, 0.5 * RHS, call=lambda op, x, y: op(x, y, adjoint_a=True),
                                    numpy=lambda x, y: x.conj().T @ y),
    "norm@complex": complex_entry(M, IMAGINARY, call=lambda op, x: op(x, axis=1), numpy=lambda x: np.sqrt((np.abs(x)**2).sum(1))),
    "pinv@complex": complex_entry(TALL, 0.5 * TALL[::-1], numpy=np.linalg.pinv),
    "qr@complex": complex_entry(D_TALL, 0.3 * TALL[::-1]),
    "slogdet@complex": complex_entry(M, IMAGINARY, numpy=lambda x: (np.linalg.slogdet(x)[0], np.linalg.slogdet(x)[1] + 0j)),
    "solve@complex": complex_entry(M, IMAGINARY, RHS, 0.5 * RHS, numpy=np.linalg.solve),
    "sqrtm@complex": complex_entry(M, IMAGINARY),
    "svd@complex": complex_entry(D_TALL, 0.3 * TALL[::-1], call=of_svd),
    "svd@complex_values": complex_entry(D_TALL, 0.3 * TALL[::-1], call=lambda op, x: op(x, compute_uv=False),
                                        numpy=lambda x: np.linalg.svd(x)[1]),
    "triangular_solve@complex": complex_entry(M, IMAGINARY, RHS, 0.5 * RHS, numpy=lambda x, y: np.linalg.solve(np.tril(x), y)),
}  # fmt: skip
