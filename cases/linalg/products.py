"""Products of matrices have the gradients of their sums, with broadcasting, adjoints, complex numbers and every form of einsum.

Each is linear in one factor while the other is fixed. Oracle: the adjoint of that linear map, whose matrix NumPy builds from
the definition of the product, factor by factor (``_linear.py``). ``matmul_adjoint`` and ``matvec_adjoint`` conjugate their
first factor.

"not conjugated": the gradient of a complex product a b is u b^H and a^H u; with b^T and a^T in their place it is that of real
numbers.

Source: documentation of tf.matmul, tf.linalg.matvec, tf.tensordot, tf.einsum; tensorflow/tensorflow #37307 (complex einsum).
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _linear

PARAMS = {
    "op": (
        "matmul_broadcast",
        "matmul_adjoint",
        "matmul_transpose",
        "matvec_adjoint",
        "tensordot",
        "einsum_complex",
        "einsum_broadcast",
        "einsum_diagonal",
        "einsum_reduced",
    ),
    "source": ("first", "second"),
    "how": ("eager_second", "graph_first"),
}
EXCLUDE = (
    {"how": "graph_first", "source": "second"},
    {
        "how": "graph_first",
        "op": ("matmul_transpose", "matvec_adjoint", "tensordot", "einsum_diagonal", "einsum_reduced"),
    },
)
RTOL = 1e-13  # float64: sums of some ten products
TIME_LIMIT_S = 20.0
SHAPES = {
    "matmul_broadcast": ((2, 1, 2, 3), (3, 3, 2)),
    "matmul_adjoint": ((2, 3, 2), (3, 2)),
    "matmul_transpose": ((3, 2), (2, 3)),
    "matvec_adjoint": ((2, 3, 2), (3,)),
    "tensordot": ((2, 3, 2), (3, 2, 2)),
    "einsum_complex": ((2, 3), (3, 2)),
    "einsum_broadcast": ((2, 1, 2, 3), (3, 3, 2)),
    "einsum_diagonal": ((3, 3), (3, 2)),
    "einsum_reduced": ((2, 3, 2), (2, 2)),
}
EQUATIONS = {
    "tensordot": "abc,bcd->ad",
    "einsum_complex": "ab,bc->ac",
    "einsum_broadcast": "...ij,...jk->...ik",
    "einsum_diagonal": "ii,ij->j",
    "einsum_reduced": "abc,cd->da",
}
COMPLEX = ("matmul_adjoint", "matmul_transpose", "matvec_adjoint", "einsum_complex")


def inputs(op, source, how):
    random = np.random.RandomState(11)
    factors = [random.normal(size=shape) + 1j * random.normal(size=shape) for shape in SHAPES[op]]
    return factors if op in COMPLEX else [factor.real for factor in factors]


def _product(op, a, b):
    if op in EQUATIONS:
        return np.einsum(EQUATIONS[op], a, b)
    if op == "matmul_broadcast":
        return a @ b
    if op == "matmul_transpose":
        return a.T @ b.T
    adjoint = np.swapaxes(a, -1, -2).conj()
    return adjoint @ b


def _map(op, source, how):
    a, b = inputs(op, source, how)
    if source == "first":
        return _linear.matrix(lambda unit: _product(op, unit, b), a.shape), a
    return _linear.matrix(lambda unit: _product(op, a, unit), b.shape), b


def oracle(op, source, how):
    m, x = _map(op, source, how)
    return _linear.oracle(m, x, how, conjugated=source == "first" and op.endswith("_adjoint"))


def explanations(op, source, how):
    if op != "einsum_complex":
        return {}
    m, x = _map(op, source, how)
    return {"not conjugated": _linear.oracle(m, x, how, transposed=m.T)}


def build(op, source, how):
    a, b = (tf.constant(factor) for factor in inputs(op, source, how))

    def product(a, b):
        return {
            "matmul_broadcast": lambda: tf.matmul(a, b),
            "matmul_adjoint": lambda: tf.matmul(a, b, adjoint_a=True),
            "matmul_transpose": lambda: tf.matmul(a, b, transpose_a=True, transpose_b=True),
            "matvec_adjoint": lambda: tf.linalg.matvec(a, b, adjoint_a=True),
            "tensordot": lambda: tf.tensordot(a, b, [[1, 2], [0, 1]]),
        }.get(op, lambda: tf.einsum(EQUATIONS[op], a, b))()

    m, x = _map(op, source, how)
    return _linear.answers((lambda x: product(x, b)) if source == "first" else (lambda x: product(a, x)), m, x, how)
