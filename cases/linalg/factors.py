"""Factorizations and matrix functions have the gradients of calculus, in what does not depend on the signs of their vectors.

L is a weighted sum: for qr of Q_ij^2 and R_ij^2, for svd of s, U_ij^2 and V_ij^2, for eig of |lambda|^2, or of Re lambda_k
|v_ik|^2 with unit eigenvectors v. Oracle: the derivative in the direction E of each entry, with

QR: M = Q^T E R^-1, O = tril(M, -1) - tril(M, -1)^T, dR = (M - O) R, dQ = E R^-1 - Q dR R^-1; wide A = [X, Y]: that of X = Q
U, and d(Q^T Y). SVD: P = U^T E V, ds = diag P, dU = U (F o (P S + S P^T)), dV = V (F o (S P + P^T S)), F_ij = 1 / (s_j^2 -
s_i^2), 0 for i = j; tall: dU has (I - U U^T) E V S^-1 as well. eig: C = V^-1 E V, d lambda = diag C, dv_k = sum over j of v_j
C_jk / (lambda_k - lambda_j) less its part along v_k that changes the norm. expm: ``_expm.py``; at A = 0 it is E. sqrtm R: R D
+ D R = E. Symmetric tridiagonal with diagonal a and off-diagonal b, eigenvectors q: d lambda_k = sum of q_ik^2 da_i + 2 q_ik
q_i+1,k db_i.

"search interval": the eigenvalues of eigh_tridiagonal are found by bisection of Gershgorin's interval [l, u], and the tape
differentiates that: lambda = (1 - t) l + t u with t constant, though it is l and u on which lambda does not depend.

Source: Roberts and Roberts, "QR and LQ decomposition matrix backpropagation" (2020); Giles (2008); van der Aa et al.,
"Computation of eigenvalue and eigenvector derivatives" (2007); Higham, "Functions of Matrices", 3.
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _expm, _take

PARAMS = {
    "op": (
        "qr_square",
        "qr_tall",
        "qr_wide",
        "svd_square",
        "svd_tall",
        "svd_wide",
        "eig",
        "eigenvectors",
        "eigh_tridiagonal",
        "expm",
        "expm_zero",
        "sqrtm",
    ),
    "how": ("eager_first", "graph_first"),
}
EXCLUDE = (
    {
        "how": "graph_first",
        "op": (
            "qr_square",
            "qr_wide",
            "svd_square",
            "svd_wide",
            "eig",
            "eigenvectors",
            "sqrtm",
            "expm_zero",
            "eigh_tridiagonal",
        ),
    },
)
RTOL = 1e-10  # float64; condition numbers below 100, and gaps of eigenvalues of some tenths
TIME_LIMIT_S = 20.0


def inputs(op, how):
    random = np.random.RandomState(43)
    shape = (4, 3) if op.endswith("tall") else (3, 4) if op.endswith("wide") else (3, 3)
    x = random.normal(size=shape)
    if op == "eigh_tridiagonal":
        x = np.array([1.0, -0.5, 2.0, 0.7, 1.2])
    elif op == "expm_zero":
        x = np.zeros((3, 3))
    elif op == "sqrtm":
        x = x + 4 * np.eye(3)
    return x, random.normal(size=40)


def _qr(x):
    """The factors with a positive diagonal of R; the signs do not matter."""
    q, r = np.linalg.qr(x)
    signs = np.sign(np.diag(r))
    return q * signs, signs[:, None] * r


def _qr_derivative(x, e):
    n = min(x.shape)
    q, r = _qr(x)
    u = np.linalg.inv(r[:, :n])
    m = q.T @ e[:, :n] @ u
    dr = (m - np.tril(m, -1) + np.tril(m, -1).T) @ r[:, :n]
    dq = e[:, :n] @ u - q @ dr @ u
    dr = np.concatenate([dr, dq.T @ x[:, n:] + q.T @ e[:, n:]], axis=1)
    return np.concatenate([(2 * q * dq).reshape(-1), (2 * r * dr).reshape(-1)])


def _svd_derivative(x, e):
    if len(x) < len(x.T):
        n = len(x)
        swapped = _svd_derivative(x.T, e.T)
        return np.concatenate([swapped[:n], swapped[-n * n :], swapped[n : -n * n]])
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    p = u.T @ e @ vh.T
    gaps = s**2 - s[:, None] ** 2 + np.eye(len(s))
    f = (1 - np.eye(len(s))) / gaps
    du = u @ (f * (p * s + s[:, None] * p.T)) + (e - u @ u.T @ e) @ vh.T / s
    dv = vh.T @ (f * (s[:, None] * p + p.T * s))
    return np.concatenate([np.diag(p), (2 * u * du).reshape(-1), (2 * vh.T * dv).reshape(-1)])


def _eig_derivative(x, e, w):
    """Of the sum of Re lambda_k w_i |v_ik|^2."""
    values, v = np.linalg.eig(x)
    c = np.linalg.inv(v) @ e @ v
    gaps = values - values[:, None] + np.eye(len(x))
    dv = v @ (c * (1 - np.eye(len(x))) / gaps)
    dv = dv - v * (v.conj() * dv).sum(0).real
    return (w[:3] @ np.abs(v) ** 2 * np.diag(c)).sum().real + (w[:3] @ (2 * (v.conj() * dv).real) * values).sum().real


def _eigenvalues(x):
    return np.linalg.eigh(np.diag(x[:3]) + np.diag(x[3:], 1) + np.diag(x[3:], -1))


def _sylvester(r, right):
    eye = np.eye(len(r))
    return np.linalg.solve(np.kron(r, eye) + np.kron(eye, r.T), right.reshape(-1)).reshape(r.shape)


def _root(a):
    values, vectors = np.linalg.eig(a)
    return (vectors @ np.diag(np.sqrt(values + 0j)) @ np.linalg.inv(vectors)).real


def _value(op, x, w):
    if op.startswith("qr"):
        q, r = _qr(x)
        y = np.concatenate([(q**2).reshape(-1), (r**2).reshape(-1)])
    elif op.startswith("svd"):
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        y = np.concatenate([s, (u**2).reshape(-1), (vh.T**2).reshape(-1)])
    elif op == "eig":
        return (np.abs(np.linalg.eig(x)[0]) ** 2).sum()
    elif op == "eigenvectors":
        values, v = np.linalg.eig(x)
        return (w[:3] @ np.abs(v) ** 2 * values).sum().real
    elif op == "eigh_tridiagonal":
        y = _eigenvalues(x)[0]
    else:
        y = (_root(x) if op == "sqrtm" else _expm.expm(x)).reshape(-1)
    return w[: len(y)] @ y


def _derivative(op, x, e, w):
    if op == "eig":
        values, v = np.linalg.eig(x)
        return (2 * values.conj() * np.diag(np.linalg.inv(v) @ e @ v)).sum().real
    if op == "eigenvectors":
        return _eig_derivative(x, e, w)
    if op.startswith("qr"):
        dy = _qr_derivative(x, e)
    elif op.startswith("svd"):
        dy = _svd_derivative(x, e)
    elif op == "eigh_tridiagonal":
        q = _eigenvalues(x)[1]
        dy = e[:3] @ q**2 + 2 * e[3:] @ (q[:-1] * q[1:])
    else:
        dy = (_sylvester(_root(x), e) if op == "sqrtm" else _expm.derivative(x, e)).reshape(-1)
    return w[: len(dy)] @ dy


def oracle(op, how):
    x, w = inputs(op, how)
    units = np.eye(x.size).reshape((-1,) + x.shape)
    gradient = np.reshape([_derivative(op, x, unit, w) for unit in units], x.shape)
    return {"value": _value(op, x, w), "gradient": gradient}


def explanations(op, how):
    if op != "eigh_tridiagonal":
        return {}
    x, w = inputs(op, how)
    radius = np.array([x[3], x[3] + x[4], x[4]])
    low, high = np.argmin(x[:3] - radius), np.argmax(x[:3] + radius)
    ends = np.array([(x[:3] - radius)[low], (x[:3] + radius)[high]])
    t = (_eigenvalues(x)[0] - ends[0]) / (ends[1] - ends[0])
    # The radius of row i holds b_i-1 and b_i.
    of_radius = np.array([[1, 0], [1, 1], [0, 1]])
    of_low, of_high = (np.append(np.eye(3)[i], sign * of_radius[i]) for i, sign in ((low, -1), (high, 1)))
    return {"search interval": {"gradient": (w[:3] @ (1 - t)) * of_low + (w[:3] @ t) * of_high}}


def build(op, how):
    x, w = inputs(op, how)
    eig = _take.api("linalg.eig") if op.startswith("eig") and op != "eigh_tridiagonal" else None
    tridiagonal = _take.api("linalg.eigh_tridiagonal") if op == "eigh_tridiagonal" else None

    def weighted(*parts):
        y = tf.concat([tf.reshape(part, [-1]) for part in parts], 0)
        return tf.reduce_sum(w[: y.shape[0]] * y)

    def function(x):
        if op.startswith("qr"):
            q, r = tf.linalg.qr(x)
            return weighted(q**2, r**2)
        if op.startswith("svd"):
            s, u, v = tf.linalg.svd(x)
            return weighted(s, u**2, v**2)
        if op == "eig":
            return tf.reduce_sum(tf.abs(eig(x)[0]) ** 2)
        if op == "eigenvectors":
            values, v = eig(x)
            return tf.reduce_sum(w[:3, None] * tf.abs(v) ** 2 * tf.math.real(values))
        if op == "eigh_tridiagonal":
            return weighted(tridiagonal(x[:3], x[3:]))
        return weighted(tf.linalg.sqrtm(x) if op == "sqrtm" else tf.linalg.expm(x))

    return _take.answers(function, how, x)
