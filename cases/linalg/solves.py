"""Solutions of linear systems have the gradients of calculus; what the matrix ignores of its argument has gradient zero.

x = M^-1 b for M = M(t), linear in the argument t: all of it, its transpose (``adjoint``), a triangle, bands, three diagonals.
L = <W, x>. Oracle, with y = M^-T W: the gradient in b is y, in M it is G = -y x^T, and in t the sum of G over the places
where each entry of t stands, 0 for those that stand nowhere. In direction V = M(v) of t, dy = -M^-T V^T y and dx = -M^-1 V x,
so that the Hessian's product is that sum for -dy x^T - y dx^T. Bands are stored as documented, LEFT_RIGHT. A batch of b has
the sum of its members' gradients, which is what further columns of b have.

"transposed inverse": the gradient of C = A^-T (``adjoint``) is -C W^T C; the rule without the option gives -C^T W C^T.

Source: Giles, "Collected matrix derivative results" (2008); documentation of tf.linalg.banded_triangular_solve,
tridiagonal_solve; tensorflow/tensorflow #55230.
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _take

PARAMS = {
    "op": (
        "solve",
        "solve_adjoint",
        "inverse_adjoint",
        "lower",
        "upper",
        "lower_adjoint",
        "lower_broadcast",
        "lower_bands",
        "upper_bands",
        "tridiagonal",
    ),
    "how": ("eager_second", "eager_first", "graph_first", "graph_second"),
}
# An operand that has to be broadcast is asked of in graphs: outside of them 2.0 and 2.1 do not check, and read beyond it.
EXCLUDE = (
    {"how": "eager_first", "op": ("solve", "solve_adjoint", "lower", "upper", "lower_adjoint", "lower_broadcast")},
    {"how": "eager_first", "op": ("lower_bands", "upper_bands", "tridiagonal")},
    {"how": "eager_second", "op": ("inverse_adjoint", "lower_broadcast")},
    {"how": "graph_first", "op": "lower_broadcast"},
    {"how": "graph_second", "op": ("solve", "solve_adjoint", "inverse_adjoint", "lower", "upper", "lower_adjoint")},
    {"how": "graph_second", "op": ("lower_bands", "upper_bands", "tridiagonal")},
    {"how": "graph_first", "op": ("solve", "solve_adjoint", "inverse_adjoint", "upper", "lower_adjoint")},
    {"how": "graph_first", "op": ("lower_bands", "upper_bands", "tridiagonal")},
)
RTOL = 1e-12  # float64; condition numbers below 30
TIME_LIMIT_S = 20.0
N = 3


def inputs(op, how):
    random = np.random.RandomState(31)
    t, v = random.normal(size=(2, 2 if op.endswith("bands") else N, N))
    if op == "lower_bands":
        t[0] += 3.0
    elif op in ("upper_bands", "tridiagonal"):
        t[1] += 3.0
    else:
        t += 3 * np.eye(N)
    b = np.eye(N) if op == "inverse_adjoint" else random.normal(size=(2, N, 2) if op == "lower_broadcast" else (N, 2))
    return t, v, b, random.normal(size=b.shape)


def _matrix(op, t):
    return {
        "solve": lambda: t,
        "solve_adjoint": lambda: t.T,
        "inverse_adjoint": lambda: t.T,
        "lower": lambda: np.tril(t),
        "upper": lambda: np.triu(t),
        "lower_adjoint": lambda: np.tril(t).T,
        "lower_broadcast": lambda: np.tril(t),
        "lower_bands": lambda: np.diag(t[0]) + np.diag(t[1, 1:], -1),
        "upper_bands": lambda: np.diag(t[1]) + np.diag(t[0, :-1], 1),
        "tridiagonal": lambda: np.diag(t[1]) + np.diag(t[0, :-1], 1) + np.diag(t[2, 1:], -1),
    }[op]()


def _columns(batch):
    """A batch of right-hand sides as the columns of one."""
    return batch if batch.ndim == 2 else np.concatenate(list(batch), axis=1)


def oracle(op, how):
    t, v, b, w = inputs(op, how)
    m = _matrix(op, t)
    units = np.eye(t.size).reshape((-1,) + t.shape)
    x, y = np.linalg.solve(m, _columns(b)), np.linalg.solve(m.T, _columns(w))

    def to_argument(g):
        return np.reshape([(_matrix(op, unit) * g).sum() for unit in units], t.shape)

    answer = {"value": (_columns(w) * x).sum(), "gradient": to_argument(-y @ x.T)}
    if how.endswith("second"):
        along = _matrix(op, v)
        dx, dy = -np.linalg.solve(m, along @ x), -np.linalg.solve(m.T, along.T @ y)
        answer["product"] = to_argument(-dy @ x.T - y @ dx.T)
    if op != "inverse_adjoint":
        answer["rhs_gradient"] = np.stack(np.split(y, len(b), axis=1)) if b.ndim == 3 else y
    return answer


def explanations(op, how):
    if op != "inverse_adjoint":
        return {}
    t, _, _, w = inputs(op, how)
    c = np.linalg.inv(t).T
    return {"transposed inverse": {"gradient": -c.T @ w @ c.T}}


def build(op, how):
    t, v, b, w = inputs(op, how)
    bands = _take.api("linalg.banded_triangular_solve") if op.endswith("bands") else None

    def function(t, b):
        x = {
            "solve": lambda: tf.linalg.solve(t, b),
            "solve_adjoint": lambda: tf.linalg.solve(t, b, adjoint=True),
            "inverse_adjoint": lambda: tf.linalg.inv(t, adjoint=True),
            "lower": lambda: tf.linalg.triangular_solve(t, b),
            "upper": lambda: tf.linalg.triangular_solve(t, b, lower=False),
            "lower_adjoint": lambda: tf.linalg.triangular_solve(t, b, adjoint=True),
            "lower_broadcast": lambda: tf.linalg.triangular_solve(t, b),
            "lower_bands": lambda: bands(t, b),
            "upper_bands": lambda: bands(t, b, lower=False),
            "tridiagonal": lambda: tf.linalg.tridiagonal_solve(t, b),
        }[op]()
        return tf.reduce_sum(w * x)

    answer = _take.answers(lambda t: function(t, tf.constant(b)), how, t, v)
    if op == "inverse_adjoint":
        return answer
    of_rhs = _take.answers(lambda b: function(tf.constant(t), b), how.replace("second", "first"), b)
    return lambda: dict(answer(), rhs_gradient=of_rhs()["gradient"])
