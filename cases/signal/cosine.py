"""Cosine transforms of all types have the transposed matrix as gradient.

For N numbers, type 1: x_0 + (-1)^k x_(N-1) + 2 sum of x_n cos(pi kn / (N-1)) over the others; type 2: 2 sum x_n cos(pi k
(2n+1) / 2N); type 3: x_0 + 2 sum over n > 0 of x_n cos(pi n (2k+1) / 2N); type 4: 2 sum x_n cos(pi (2k+1) (2n+1) / 4N).
Orthonormal ("ortho"): type 2 times sqrt(1/2N), its first row divided by sqrt 2; type 3 is its transpose; type 4 times
sqrt(1/2N). The inverse of type 2 is type 3. ``n`` takes the first elements or pads zeros. Oracle: the adjoints
(``linalg/_linear.py``).

Source: documentation of tf.signal.dct and idct; scipy.fftpack.dct.
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _linear

PARAMS = {
    "op": (
        "type_1",
        "type_2",
        "type_2_ortho",
        "type_2_padded",
        "type_2_truncated",
        "type_3",
        "type_3_ortho",
        "type_4",
        "type_4_ortho",
        "inverse_ortho",
    ),
    "how": ("eager_second", "graph_first"),
}
EXCLUDE = (
    {
        "how": "graph_first",
        "op": ("type_1", "type_2", "type_2_padded", "type_2_truncated", "type_3", "type_3_ortho", "type_4"),
    },
    {"how": "graph_first", "op": ("type_4_ortho",)},
)
RTOL = 1e-5  # float32: products of sums of up to eight terms
TIME_LIMIT_S = 20.0
N = 4


def inputs(op, how):
    return np.random.RandomState(59).normal(size=(2, N)).astype(np.float32)


def _transform(type, n):
    k, j = np.arange(n)[:, None], np.arange(n)
    if type == 1:
        m = 2 * np.cos(np.pi * k * j / (n - 1))
        m[:, 0] /= 2
        m[:, -1] /= 2
    elif type == 2:
        m = 2 * np.cos(np.pi * k * (2 * j + 1) / (2 * n))
    elif type == 3:
        m = 2 * np.cos(np.pi * j * (2 * k + 1) / (2 * n))
        m[:, 0] /= 2
    else:
        m = 2 * np.cos(np.pi * (2 * k + 1) * (2 * j + 1) / (4 * n))
    return m


def _ortho(type, n):
    if type == 4:
        return _transform(4, n) / np.sqrt(2 * n)
    m = _transform(2, n) / np.sqrt(2 * n)
    m[0] /= np.sqrt(2)
    return m if type == 2 else m.T


def _matrix(op):
    if op == "type_2_padded":
        m = _transform(2, 6)[:, :N]
    elif op == "type_2_truncated":
        m = np.pad(_transform(2, 3), ((0, 0), (0, 1)), "constant")
    elif op == "inverse_ortho":
        m = _ortho(3, N)
    else:
        m = (_ortho if op.endswith("ortho") else _transform)(int(op[5]), N)
    return np.kron(np.eye(2), m)


def oracle(op, how):
    return _linear.oracle(_matrix(op), inputs(op, how), how)


def build(op, how):
    norm = "ortho" if op.endswith("ortho") else None
    length = {"type_2_padded": {"n": 6}, "type_2_truncated": {"n": 3}}.get(op, {})

    def operation(x):
        if op == "inverse_ortho":
            return tf.signal.idct(x, norm=norm)
        return tf.signal.dct(x, type=int(op[5]), norm=norm, **length)

    return _linear.answers(operation, _matrix(op), inputs(op, how), how)
