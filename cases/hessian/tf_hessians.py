"""``tf.hessians`` in a graph gives what two tapes give, and refuses eager execution.

Oracle: for the quadratic x^T A x / 2 + |x|^4 / 4 the Hessian A + |x|^2 I + 2 x x^T; for logsumexp(A x)
A^T (diag(p) - p p^T) A with p = softmax(A x); for a matrix source W and the sum of squares of cubes, sum W^6 / 30, the diagonal
W^4 in the shape (2, 2, 2, 2). In eager execution RuntimeError, as for tf.gradients.

Source: documentation of tf.hessians and tf.gradients ("only valid in a graph context").
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.hessian import _take

PARAMS = {
    "function": ("quartic", "logsumexp", "matrix"),
    "way": ("tf_hessians", "tapes"),
    "mode": ("eager", "graph", "nested_graph"),
}
EXCLUDE = (
    {"way": "tapes", "mode": ("graph", "nested_graph")},
    {"way": "tapes", "function": "logsumexp"},
    {"mode": "nested_graph", "function": ("logsumexp", "matrix")},
)
RTOL = 1e-14  # float64
TIME_LIMIT_S = 20.0


def inputs(function, way, mode):
    random = np.random.RandomState(83)
    a = random.normal(size=(4, 4))
    return a + a.T, random.normal(size=(2, 2) if function == "matrix" else 4)


def oracle(function, way, mode):
    a, x = inputs(function, way, mode)
    if way == "tf_hessians" and mode == "eager":
        return {"hessian": None, "error": "RuntimeError"}
    if function == "quartic":
        hessian = a + (x @ x) * np.eye(4) + 2 * np.outer(x, x)
    elif function == "logsumexp":
        e = np.exp(a @ x)
        p = e / e.sum()
        hessian = a.T @ (np.diag(p) - np.outer(p, p)) @ a
    else:
        hessian = np.diag(x.reshape(-1) ** 4).reshape(2, 2, 2, 2)
    return {"hessian": hessian, "error": "none"}


def build(function, way, mode):
    a, x = (tf.constant(array) for array in inputs(function, way, mode))

    def f(x):
        if function == "quartic":
            return tf.reduce_sum(x * tf.linalg.matvec(a, x)) / 2 + tf.reduce_sum(x * x) ** 2 / 4
        if function == "logsumexp":
            return tf.reduce_logsumexp(tf.linalg.matvec(a, x))
        return tf.reduce_sum(x**6) / 30

    call = _compat.in_mode(lambda x: tf.hessians(f(x), x)[0], mode, autograph=False)
    call = call if way == "tf_hessians" else _take.hessian(f, mode, "pfor")

    def answer():
        found = []
        error = _compat.error_of(lambda: found.append(call(x)))
        hessian = found[0] if found else None
        return {"hessian": hessian if way == "tf_hessians" or hessian is None else hessian[2], "error": error}

    return answer
