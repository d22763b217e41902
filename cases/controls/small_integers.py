"""Sums and products of small integers, held in floating point, are exact in every order, and so are their gradients.

float32 holds every integer up to 2^24 and rounds no sum or product below that, whatever the order or the number of threads. A
release that differs here in any bit, or a point that does, would be a fault of the suite.

Oracle: the same in integers. With L the sum of the outputs times given integers w: reduce_sum: y = sum x, dL/dx = w;
reduce_prod of pairs: the other factor times w; cumsum: sums of w from i on; matmul: y = A B, dA = w B^T, dB = A^T w; einsum:
trace of products, sum_ij A_ij B_ij, dA = w B; segment_sum: sums by group, dx = w of the group; conv1d: y_i = sum_j k_j
x_(i+j).

Source: IEEE 754, exactness of integers below 2^24 in binary32.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "op": ("reduce_sum", "reduce_prod", "cumsum", "matmul", "einsum", "segment_sum", "conv1d"),
    "mode": ("eager", "graph", "jit"),
}
EXCLUDE = (
    {"mode": "jit", "op": ("reduce_prod", "cumsum", "einsum", "segment_sum", "conv1d")},
    {"mode": "graph", "op": ("reduce_sum", "reduce_prod", "cumsum", "einsum")},
)
RTOL = 0.0
GROUPS = np.array([0, 0, 1, 1, 1, 2])


def inputs(op, mode):
    """x, a second factor, and the weights of the outputs, integers between -5 and 5 (factors: without 0)."""
    random = np.random.RandomState(71)
    shapes = {
        "reduce_sum": ((6, 4), (1,), (4,)),
        "reduce_prod": ((5, 2), (1,), (5,)),
        "cumsum": ((7,), (1,), (7,)),
        "matmul": ((3, 5), (5, 4), (3, 4)),
        "einsum": ((3, 5), (3, 5), ()),
        "segment_sum": ((6, 2), (1,), (3, 2)),
        "conv1d": ((9,), (3,), (7,)),
    }[op]
    x, b, w = (random.randint(-5, 6, size=shape) for shape in shapes)
    return np.where(x == 0, 2, x), b, w


def oracle(op, mode):
    x, b, w = inputs(op, mode)
    if op == "reduce_sum":
        return {"y": x.sum(axis=0), "dx": np.broadcast_to(w, x.shape)}
    if op == "reduce_prod":
        return {"y": x.prod(axis=1), "dx": x[:, ::-1] * w[:, None]}
    if op == "cumsum":
        return {"y": x.cumsum(), "dx": w[::-1].cumsum()[::-1]}
    if op == "matmul":
        return {"y": x @ b, "dx": w @ b.T, "db": x.T @ w}
    if op == "einsum":
        return {"y": (x * b).sum(), "dx": w * b, "db": w * x}
    if op == "segment_sum":
        return {"y": np.stack([x[GROUPS == group].sum(axis=0) for group in range(3)]), "dx": w[GROUPS]}
    dx, db = np.zeros_like(x), np.zeros_like(b)
    for i in range(7):
        dx[i : i + 3] += w[i] * b
        db += w[i] * x[i : i + 3]
    return {"y": np.array([x[i : i + 3] @ b for i in range(7)]), "dx": dx, "db": db}


def build(op, mode):
    x, b, w = (tf.constant(array.astype(np.float32)) for array in inputs(op, mode))
    functions = {
        "reduce_sum": lambda x, b: tf.reduce_sum(x, axis=0),
        "reduce_prod": lambda x, b: tf.reduce_prod(x, axis=1),
        "cumsum": lambda x, b: tf.cumsum(x),
        "matmul": tf.matmul,
        "einsum": lambda x, b: tf.reduce_sum(tf.linalg.diag_part(tf.einsum("ij,kj->ik", x, b))),
        "segment_sum": lambda x, b: tf.math.segment_sum(x, tf.constant(GROUPS)),
        "conv1d": lambda x, b: tf.nn.conv1d(x[None, :, None], b[:, None, None], 1, "VALID")[0, :, 0],
    }

    def take(x, b):
        with tf.GradientTape() as tape:
            tape.watch([x, b])
            y = functions[op](x, b)
            total = tf.reduce_sum(w * y)
        return [y] + tape.gradient(total, [x, b])

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        y, dx, db = call(x, b)
        found = {"y": y, "dx": dx, "db": db}
        return {name: value for name, value in found.items() if value is not None}

    return answer
