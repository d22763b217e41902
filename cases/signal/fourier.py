"""Fourier transforms have the adjoint matrix as gradient: even and odd lengths, padding, truncation, two dimensions.

With D the matrix exp(-2 pi i jk / n): fft is D, ifft conj(D) / n, rfft the first n // 2 + 1 rows of D. irfft of z is the real
part of C z, C_jk = c_k exp(2 pi i jk / n) / n with c = 1 for k = 0 and for k = n / 2, else 2, since the other half of the
spectrum is the conjugate of this one; what it takes of z_0 and z_(n/2) is the real part. ``fft_length`` takes the first
elements or pads zeros. In two dimensions the matrix is the Kronecker product. Oracle: the adjoints of these
(``linalg/_linear.py``), of which the real part for real x.

Source: documentation of tf.signal; tensorflow/tensorflow #108479 (truncation).
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _linear, _take

PARAMS = {
    "op": (
        "fft",
        "ifft",
        "fft2d",
        "fftnd",
        "rfft_even",
        "rfft_odd",
        "rfft_padded",
        "rfft_truncated",
        "rfft2d",
        "irfft_even",
        "irfft_odd",
        "irfft_padded",
        "irfft_truncated",
        "irfft2d",
    ),
    "how": ("eager_second", "graph_first", "jit_first"),
}
EXCLUDE = (
    {"how": "graph_first", "op": ("fft", "ifft", "fft2d", "fftnd", "rfft_even", "rfft_padded", "rfft_truncated")},
    {"how": "graph_first", "op": ("irfft_odd", "irfft_padded", "irfft_truncated", "irfft2d")},
    {"how": "jit_first", "op": ("ifft", "fft2d", "fftnd", "rfft_odd", "rfft_padded", "rfft_truncated", "rfft2d")},
    {"how": "jit_first", "op": ("irfft_odd", "irfft_padded", "irfft_truncated", "irfft2d", "fft")},
)
RTOL = 1e-5  # float32: products of sums of up to eight terms
TIME_LIMIT_S = 30.0


def _dft(n):
    k = np.arange(n)
    return np.exp(-2j * np.pi * np.outer(k, k) / n)


def _real_inverse(n):
    """C, of shape (n, n // 2 + 1)."""
    bins = n // 2 + 1
    c = np.full(bins, 2.0)
    c[0] = 1.0
    if n % 2 == 0:
        c[-1] = 1.0
    return c * _dft(n).conj()[:, :bins] / n


def _matrix(op):
    return {
        "fft": lambda: _dft(5),
        "ifft": lambda: _dft(6).conj() / 6,
        "fft2d": lambda: np.kron(_dft(2), _dft(3)),
        "fftnd": lambda: np.kron(_dft(2), _dft(3)),
        "rfft_even": lambda: _dft(6)[:4],
        "rfft_odd": lambda: _dft(5)[:3],
        "rfft_padded": lambda: _dft(6)[:4, :4],
        "rfft_truncated": lambda: np.pad(_dft(4)[:3], ((0, 0), (0, 2)), "constant"),
        "rfft2d": lambda: np.kron(_dft(2), _dft(4)[:3]),
        "irfft_even": lambda: _real_inverse(6),
        "irfft_odd": lambda: _real_inverse(5),
        "irfft_padded": lambda: _real_inverse(6)[:, :3],
        "irfft_truncated": lambda: np.pad(_real_inverse(4), ((0, 0), (0, 1)), "constant"),
        "irfft2d": lambda: np.kron(_dft(2).conj() / 2, _real_inverse(4)),
    }[op]()


def inputs(op, how):
    random = np.random.RandomState(53)
    size = _matrix(op).shape[1]
    shape = (2, size // 2) if op[-2:] in ("2d", "nd") else (size,)
    x = random.normal(size=shape).astype(np.float32)
    return x if op.startswith("rfft") else (x + 1j * random.normal(size=shape)).astype(np.complex64)


def oracle(op, how):
    return _linear.oracle(_matrix(op), inputs(op, how), how, real=op.startswith("irfft"))


def build(op, how):
    name, _, option = op.partition("_")
    transform = _take.api("signal." + name)
    length = {
        "rfft_padded": [6],
        "rfft_truncated": [4],
        "irfft_odd": [5],
        "irfft_padded": [6],
        "irfft_truncated": [4],
    }.get(op)
    options = {} if length is None else {"fft_length": tf.constant(length)}
    return _linear.answers(
        lambda x: transform(x, **options), _matrix(op), inputs(op, how), how, real=op.startswith("irfft")
    )
