"""Whatever op the backward pass is made of, ``pfor`` vectorizes it, or falls back, to what the loop gives.

``GradientTape.jacobian`` runs the backward pass once and rewrites each of its ops for all elements of the target; an op
without a rewriting rule is looped over or refused. Here the backward pass is chosen freely: y = x with a custom gradient that
applies one op to the incoming gradient v. So row i of the Jacobian is that op applied to the i-th unit vector.

Oracle: op(e_i) by its definition, in NumPy, for each i.

Source: documentation of tf.GradientTape.jacobian: "Vectorization can sometimes fail"; ValueError is what it promises then.
"""

import numpy as np
import tensorflow as tf

from cases.jacobian import _take

PARAMS = {
    "op": (
        "cumsum",
        "cumprod",
        "reverse",
        "sort",
        "top_k",
        "argsort",
        "where",
        "matmul",
        "solve",
        "cholesky",
        "while_loop",
        "cond",
        "map_fn",
        "random",
        "print",
        "py_function",
        "scatter",
        "segment_sum",
        "einsum",
    ),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = (
    {"how": "graph_while", "op": ("cumsum", "cumprod", "reverse", "sort", "top_k", "argsort", "where", "matmul")},
    {
        "how": "graph_while",
        "op": ("solve", "cholesky", "map_fn", "random", "print", "scatter", "segment_sum", "einsum"),
    },
)
TIME_LIMIT_S = 20.0
N = 4


def inputs(op, how):
    random = np.random.RandomState(13)
    return random.normal(size=N), random.normal(size=(N, N)) + 3 * np.eye(N)


def oracle(op, how):
    _, a = inputs(op, how)
    return {"jacobian": np.array([_in_numpy(op, v, a) for v in np.eye(N)])}


def _in_numpy(op, v, a):
    return {
        "cumsum": lambda: np.cumsum(v),
        "cumprod": lambda: np.cumprod(v + 2),
        "reverse": lambda: v[::-1],
        "sort": lambda: np.sort(v * a[0]),
        "top_k": lambda: np.sort(v * a[0])[::-1],
        "argsort": lambda: np.argsort(v, kind="mergesort").astype(float),
        "where": lambda: np.where(v > 0.5, a[0], a[1]),
        "matmul": lambda: a @ v,
        "solve": lambda: np.linalg.solve(a, v),
        "cholesky": lambda: np.diag(np.sqrt(1 + v)).sum(axis=0),
        "while_loop": lambda: 8 * v,
        "cond": lambda: 3 * v if v[0] > 0.5 else v + 1,
        "map_fn": lambda: v * v + 1,
        "random": lambda: v,
        "print": lambda: v,
        "py_function": lambda: 5 * v,
        "scatter": lambda: np.array([v[0] + v[2], v[1], 0, v[3]]),
        "segment_sum": lambda: np.array([v[0] + v[1], 0, v[2] + v[3], 0]),
        "einsum": lambda: np.einsum("ij,i,j->j", a, v, v),
    }[op]()


def _apply(op, v, a):
    if op == "cond":
        return tf.cond(v[0] > 0.5, lambda: 3 * v, lambda: v + 1)
    if op == "while_loop":
        return tf.while_loop(lambda i, u: i < 3, lambda i, u: (i + 1, 2 * u), (0, v))[1]
    if op == "print":
        with tf.control_dependencies([tf.print("", end="", output_stream="file:///dev/null")]):
            return tf.identity(v)
    if op == "py_function":
        result = tf.py_function(lambda u: 5 * u, [v], tf.float64)
        result.set_shape([N])
        return result
    return {
        "cumsum": lambda: tf.cumsum(v),
        "cumprod": lambda: tf.math.cumprod(v + 2),
        "reverse": lambda: tf.reverse(v, [0]),
        "sort": lambda: tf.sort(v * a[0]),
        "top_k": lambda: tf.math.top_k(v * a[0], N).values,
        "argsort": lambda: tf.cast(tf.argsort(v, stable=True), tf.float64),
        "where": lambda: tf.where(v > 0.5, a[0], a[1]),
        "matmul": lambda: tf.linalg.matvec(a, v),
        "solve": lambda: tf.linalg.solve(a, v[:, None])[:, 0],
        "cholesky": lambda: tf.reduce_sum(tf.linalg.cholesky(tf.linalg.diag(1 + v)), axis=0),
        "map_fn": lambda: tf.map_fn(lambda u: u * u + 1, v),
        "random": lambda: v + 0 * tf.random.uniform([N], dtype=tf.float64),
        "scatter": lambda: tf.scatter_nd([[0], [1], [0], [3]], v, [N]),
        "segment_sum": lambda: tf.math.unsorted_segment_sum(v, [0, 0, 2, 2], N),
        "einsum": lambda: tf.einsum("ij,i,j->j", a, v, v),
    }[op]()


def build(op, how):
    x, a = (tf.constant(array) for array in inputs(op, how))

    @tf.custom_gradient
    def function(x):
        return tf.identity(x), lambda v: _apply(op, v, a)

    mode, loop = how.split("_")
    call = _take.jacobian(function, mode, loop)

    def answer():
        _, (jacobian,) = call(x)
        return {"jacobian": jacobian}

    return answer
