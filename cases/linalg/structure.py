"""Diagonals, bands, traces and tridiagonal products have the gradients of linear maps.

Oracle: the adjoint of the map's matrix (``_linear.py``), which NumPy builds from the definition. Several diagonals are the
rows of an array, the highest first; shorter ones are padded on the left or on the right as ``align`` says, first for
superdiagonals, then for subdiagonals. The compact diagonals of a tridiagonal matrix are its super-, main and subdiagonal, the
first without its last element, the last without its first.

Source: documentation of tf.linalg.diag, diag_part, set_diag, band_part, trace, cross, tridiagonal_matmul.
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _linear, _take

PARAMS = {
    "op": (
        "diag_part_right_left",
        "diag_part_left_right",
        "diag_right_left",
        "set_diag_matrix",
        "set_diag_diagonals",
        "band_part",
        "trace",
        "cross",
        "tridiagonal_rhs",
        "tridiagonal_diagonals",
    ),
    "how": ("eager_second", "graph_first"),
}
EXCLUDE = (
    {
        "how": "graph_first",
        "op": (
            "diag_part_right_left",
            "diag_right_left",
            "band_part",
            "trace",
            "cross",
            "tridiagonal_rhs",
            "set_diag_matrix",
        ),
    },
)
RTOL = 1e-14  # float64: sums of few products
TIME_LIMIT_S = 20.0
SHAPES = {
    "diag_right_left": (4, 3),
    "set_diag_diagonals": (4, 3),
    "trace": (2, 3, 3),
    "cross": (2, 3),
    "tridiagonal_rhs": (3, 2),
}
SHAPES["tridiagonal_diagonals"] = (3, 3)
K = (-1, 2)


def inputs(op, how):
    random = np.random.RandomState(47)
    return random.normal(size=SHAPES.get(op, (3, 4))), random.normal(size=(3, 3)), random.normal(size=(2, 3))


def _places(align):
    """``(row of the array, its column, row of the matrix, its column)`` of every element of the diagonals of a 3 x 4 matrix."""
    for row, k in enumerate(range(K[1], K[0] - 1, -1)):
        places = [(i, i + k) for i in range(3) if 0 <= i + k < 4]
        side = align.split("_")[0 if k >= 0 else 1]
        shift = 3 - len(places) if side == "RIGHT" else 0
        for column, (i, j) in enumerate(places):
            yield row, column + shift, i, j


def _tridiagonal(d):
    return np.diag(d[1]) + np.diag(d[0, :-1], 1) + np.diag(d[2, 1:], -1)


def _define(op, x, square, c):
    align = "LEFT_RIGHT" if op in ("diag_part_left_right", "set_diag_diagonals") else "RIGHT_LEFT"
    if op.startswith("diag_part"):
        y = np.zeros((4, 3))
        for row, column, i, j in _places(align):
            y[row, column] = x[i, j]
        return y
    if op in ("diag_right_left", "set_diag_diagonals"):
        y = np.zeros((3, 4))
        for row, column, i, j in _places(align):
            y[i, j] = x[row, column]
        return y
    if op == "set_diag_matrix":
        y = x.copy()
        for _, _, i, j in _places(align):
            y[i, j] = 0.0
        return y
    return {
        "band_part": lambda: np.triu(np.tril(x, 2), -1),
        "trace": lambda: np.trace(x, axis1=1, axis2=2),
        "cross": lambda: np.cross(x, c),
        "tridiagonal_rhs": lambda: _tridiagonal(square) @ x,
        "tridiagonal_diagonals": lambda: _tridiagonal(x) @ square[:, :2],
    }[op]()


def _map(op, how):
    x, square, c = inputs(op, how)
    return _linear.matrix(lambda unit: _define(op, unit, square, c), x.shape), x


def oracle(op, how):
    return _linear.oracle(*_map(op, how), how=how)


def build(op, how):
    _, square, c = inputs(op, how)
    if op.startswith(("diag", "set_diag")):
        name = "diag_part" if op.startswith("diag_part") else "set_diag" if op.startswith("set_diag") else "diag"
        diag = _take.with_argument("linalg." + name, "align")
    operation = {
        "diag_part_right_left": lambda x: diag(x, k=K, align="RIGHT_LEFT"),
        "diag_part_left_right": lambda x: diag(x, k=K, align="LEFT_RIGHT"),
        "diag_right_left": lambda x: diag(x, k=K, num_rows=3, num_cols=4, align="RIGHT_LEFT"),
        "set_diag_matrix": lambda x: diag(x, tf.zeros((4, 3), x.dtype), k=K, align="RIGHT_LEFT"),
        "set_diag_diagonals": lambda x: diag(tf.zeros((3, 4), x.dtype), x, k=K, align="LEFT_RIGHT"),
        "band_part": lambda x: tf.linalg.band_part(x, 1, 2),
        "trace": lambda x: tf.linalg.trace(x),
        "cross": lambda x: tf.linalg.cross(x, tf.constant(c)),
        "tridiagonal_rhs": lambda x: tf.linalg.tridiagonal_matmul(tf.constant(square), x),
        "tridiagonal_diagonals": lambda x: tf.linalg.tridiagonal_matmul(x, tf.constant(square[:, :2])),
    }[op]
    m, x = _map(op, how)
    return _linear.answers(operation, m, x, how)
