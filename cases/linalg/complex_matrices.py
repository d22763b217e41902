"""Functions of complex matrices have the gradients of calculus: where a real rule transposes, theirs is the adjoint.

L = Re sum(conj(W) F(A)). Oracle: TensorFlow's gradient is dL/d(real part) + i dL/d(imaginary part) of every entry, so that it
is put together from the derivatives D of F in the directions E and i E of each entry's unit matrix E. With B = A^-1 and u =
tr(B E): det: det A u; log|det|: Re u; sign = det/|det|: i sign Im u; inverse: -B E B; solve: -B E B b; Cholesky, of (A +
A^H)/2: L Phi(L^-1 dS L^-H), Phi the lower triangle with half the diagonal; sqrtm R: the solution D of R D + D R = E;
tridiagonal system with matrix T(A), A its diagonals: -T^-1 T(E) x; least squares, x = M^-1 A^H b with M = A^H A: M^-1 (E^H (b
- A x) - A^H E x); expm: the upper right block of expm of [[A, E], [0, A]]; singular values: Re diag(U^H E V); sum of the
cubes of the eigenvalues: 3 tr(A^2 E).

"not conjugated": a transpose, or nothing, where a conjugate is right. det: W det A A^-H, where conj(det A) is right. sqrtm: X
with R^T X + X R^T = W, for R^H. tridiagonal: Y = T^-T W and -Y x^T, for T^-H W and -Y x^H. least squares: b z^H - A (x z^H +
(x z^H)^T) with z = M^-1 W, for (x z^H)^H. "constant sign": the gradient of a sign is dropped, as if it were that of a real
determinant.

Source: Giles, "Collected matrix derivative results" (2008); tensorflow/tensorflow #49946 (complex determinant), #37307.
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _expm, _take

PARAMS = {
    "op": (
        "det",
        "log_abs_det",
        "sign_of_det",
        "inverse",
        "solve",
        "cholesky",
        "sqrtm",
        "tridiagonal_solve",
        "least_squares",
        "expm",
        "singular_values",
        "eigenvalues",
    ),
    "how": ("eager_first", "graph_first"),
}
EXCLUDE = (
    {
        "how": "graph_first",
        "op": (
            "log_abs_det",
            "sign_of_det",
            "inverse",
            "solve",
            "cholesky",
            "least_squares",
            "expm",
            "singular_values",
            "eigenvalues",
        ),
    },
)
RTOL = 1e-11  # float64; condition numbers below 30
TIME_LIMIT_S = 20.0
N = 3


def inputs(op, how):
    random = np.random.RandomState(23)
    rows = N + 1 if op == "least_squares" else N
    a = random.normal(size=(rows, N)) + 1j * random.normal(size=(rows, N))
    if op in ("cholesky", "sqrtm"):
        a = 0.3 * a + np.diag([2.0, 3.0, 4.0])
    if op == "tridiagonal_solve":
        a[1] += 4.0
    b = random.normal(size=(rows, 2)) + 1j * random.normal(size=(rows, 2))
    w = random.normal(size=(4, 4)) + 1j * random.normal(size=(4, 4))
    shape = _value(op, a, b).shape
    return a, b, w.reshape(-1)[: int(np.prod(shape))].reshape(shape)


def _tridiagonal(d):
    return np.diag(d[1]) + np.diag(d[0, :-1], 1) + np.diag(d[2, 1:], -1)


def _root(a):
    values, vectors = np.linalg.eig(a)
    return vectors @ np.diag(np.sqrt(values)) @ np.linalg.inv(vectors)


def _sylvester(r, right):
    """X with r X + X r = right."""
    eye = np.eye(N)
    return np.linalg.solve(np.kron(r, eye) + np.kron(eye, r.T), right.reshape(-1)).reshape(N, N)


def _value(op, a, b):
    return {
        "det": lambda: np.asarray(np.linalg.det(a)),
        "log_abs_det": lambda: np.log(np.abs(np.linalg.det(a))),
        "sign_of_det": lambda: np.linalg.det(a) / np.abs(np.linalg.det(a)),
        "inverse": lambda: np.linalg.inv(a),
        "solve": lambda: np.linalg.solve(a, b),
        "cholesky": lambda: np.linalg.cholesky((a + a.conj().T) / 2),
        "sqrtm": lambda: _root(a),
        "tridiagonal_solve": lambda: np.linalg.solve(_tridiagonal(a), b),
        "least_squares": lambda: np.linalg.pinv(a) @ b,
        "expm": lambda: _expm.expm(a),
        "singular_values": lambda: np.linalg.svd(a)[1],
        "eigenvalues": lambda: np.trace(a @ a @ a),
    }[op]()


def _derivative(op, a, b, e):
    if op == "tridiagonal_solve":
        return -np.linalg.solve(_tridiagonal(a), _tridiagonal(e) @ _value(op, a, b))
    if op == "least_squares":
        x = _value(op, a, b)
        return np.linalg.solve(a.conj().T @ a, e.conj().T @ (b - a @ x) - a.conj().T @ e @ x)
    if op == "cholesky":
        factor = _value(op, a, b)
        inverse = np.linalg.inv(factor)
        inner = inverse @ (e + e.conj().T) @ inverse.conj().T / 2
        return factor @ (np.tril(inner, -1) + np.diag(np.diag(inner)) / 2)
    if op == "sqrtm":
        return _sylvester(_root(a), e)
    if op == "expm":
        return _expm.derivative(a, e)
    if op == "singular_values":
        u, _, vh = np.linalg.svd(a)
        return np.diag(u.conj().T @ e @ vh.conj().T).real
    if op == "eigenvalues":
        return 3 * np.trace(a @ a @ e)
    inverse = np.linalg.inv(a)
    u = np.trace(inverse @ e)
    return {
        "det": lambda: np.linalg.det(a) * u,
        "log_abs_det": lambda: u.real,
        "sign_of_det": lambda: 1j * _value(op, a, b) * u.imag,
        "inverse": lambda: -inverse @ e @ inverse,
        "solve": lambda: -inverse @ e @ inverse @ b,
    }[op]()


def oracle(op, how):
    a, b, w = inputs(op, how)
    gradient = np.zeros(a.shape, complex)
    for index in np.ndindex(*a.shape):
        for factor in (1.0, 1j):
            e = np.zeros(a.shape, complex)
            e[index] = factor
            gradient[index] += factor * (w.conj() * _derivative(op, a, b, e)).sum().real
    return {"value": (w.conj() * _value(op, a, b)).sum().real, "gradient": gradient}


def explanations(op, how):
    a, b, w = inputs(op, how)
    if op == "det":
        return {"not conjugated": {"gradient": w * np.linalg.det(a) * np.linalg.inv(a).conj().T}}
    if op == "sign_of_det":
        return {"constant sign": {"gradient": np.zeros((N, N))}}
    if op == "sqrtm":
        return {"not conjugated": {"gradient": _sylvester(_root(a).T, w)}}
    if op == "tridiagonal_solve":
        wrong = -np.linalg.solve(_tridiagonal(a).T, w) @ _value(op, a, b).T
        above, below = np.append(np.diag(wrong, 1), 0), np.append(0, np.diag(wrong, -1))
        return {"not conjugated": {"gradient": np.stack([above, np.diag(wrong), below])}}
    if op == "least_squares":
        z = np.linalg.solve(a.conj().T @ a, w)
        outer = _value(op, a, b) @ z.conj().T
        return {"not conjugated": {"gradient": b @ z.conj().T - a @ (outer + outer.T)}}
    return {}


def build(op, how):
    a, b, w = inputs(op, how)
    eig = _take.api("linalg.eig") if op == "eigenvalues" else None

    def cubes(a):
        values, _ = eig(a)
        return tf.reduce_sum(values * values * values)

    def function(a):
        y = {
            "det": lambda: tf.linalg.det(a),
            "log_abs_det": lambda: tf.math.real(tf.linalg.slogdet(a)[1]),
            "sign_of_det": lambda: tf.linalg.slogdet(a)[0],
            "inverse": lambda: tf.linalg.inv(a),
            "solve": lambda: tf.linalg.solve(a, tf.constant(b)),
            "cholesky": lambda: tf.linalg.cholesky((a + tf.linalg.adjoint(a)) / 2),
            "sqrtm": lambda: tf.linalg.sqrtm(a),
            "tridiagonal_solve": lambda: tf.linalg.tridiagonal_solve(a, tf.constant(b)),
            # The kernel of tf.linalg.lstsq for batches above 256 kB; smaller ones are put together from other ops.
            "least_squares": lambda: tf.raw_ops.MatrixSolveLs(
                matrix=a, rhs=tf.constant(b), l2_regularizer=tf.constant(0.0, tf.float64), fast=True
            ),
            "expm": lambda: tf.linalg.expm(a),
            "singular_values": lambda: tf.linalg.svd(a, compute_uv=False),
            "eigenvalues": lambda: cubes(a),
        }[op]()
        return _take.dot(tf.cast(tf.constant(w), y.dtype), y)

    return _take.answers(function, how, a)
