"""Frames, their overlapping sum and the short-time Fourier transform have the transposed matrix as gradient.

Frames of length 4 every 2 numbers; ``padded`` has one more that begins within the signal and is filled with zeros. stft: the
periodic Hann window 1/2 - cos(2 pi n / 4) / 2 on each frame, then the first 3 rows of exp(-2 pi i jk / 4); inverse_stft: of
each frame the real part of sum_k c_k z_k exp(2 pi i jk / 4) / 4 with c = 1, 2, 1, times the window, added up where frames
overlap. fftshift rolls by n // 2. Oracle: the adjoints of these (``linalg/_linear.py``).

Source: documentation of tf.signal.frame, overlap_and_add, stft, inverse_stft, fftshift.
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _linear, _take

PARAMS = {
    "op": ("frame", "frame_padded", "overlap_and_add", "stft", "inverse_stft", "fftshift"),
    "how": ("eager_second", "graph_first"),
}
EXCLUDE = ({"how": "graph_first", "op": ("frame", "frame_padded", "overlap_and_add", "fftshift")},)
RTOL = 1e-5  # float32: products of sums of up to eight terms
TIME_LIMIT_S = 20.0
LENGTH, STEP = 4, 2
WINDOW = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(LENGTH) / LENGTH)


def inputs(op, how):
    random = np.random.RandomState(61)
    if op == "inverse_stft":
        return (random.normal(size=(3, 3)) + 1j * random.normal(size=(3, 3))).astype(np.complex64)
    shape = (3, LENGTH) if op == "overlap_and_add" else (5,) if op == "fftshift" else (8,)
    return random.normal(size=shape).astype(np.float32)


def _frames(x, number):
    padded = np.append(x, np.zeros(LENGTH))
    return np.stack([padded[STEP * i : STEP * i + LENGTH] for i in range(number)])


def _add_up(frames):
    y = np.zeros(STEP * (len(frames) - 1) + LENGTH, frames.dtype)
    for i, frame in enumerate(frames):
        y[STEP * i : STEP * i + LENGTH] += frame
    return y


def _define(op, x):
    waves = np.exp(-2j * np.pi * np.outer(np.arange(3), np.arange(LENGTH)) / LENGTH)
    inverse = (waves.conj() * [[1], [2], [1]]) / LENGTH
    return {
        "frame": lambda: _frames(x, 3),
        "frame_padded": lambda: _frames(x, 4),
        "overlap_and_add": lambda: _add_up(x),
        "stft": lambda: (_frames(x, 3) * WINDOW) @ waves.T,
        "inverse_stft": lambda: _add_up(x @ inverse * WINDOW),
        "fftshift": lambda: np.roll(x, len(x) // 2),
    }[op]()


def _map(op, how):
    x = inputs(op, how)
    return _linear.matrix(lambda unit: _define(op, unit), x.shape), x


def oracle(op, how):
    return _linear.oracle(*_map(op, how), how=how, real=op == "inverse_stft")


def build(op, how):
    shift = _take.api("signal.fftshift") if op == "fftshift" else None
    operation = {
        "frame": lambda x: tf.signal.frame(x, LENGTH, STEP),
        "frame_padded": lambda x: tf.signal.frame(x, LENGTH, STEP, pad_end=True),
        "overlap_and_add": lambda x: tf.signal.overlap_and_add(x, STEP),
        "stft": lambda x: tf.signal.stft(x, LENGTH, STEP),
        "inverse_stft": lambda x: tf.signal.inverse_stft(x, LENGTH, STEP),
        "fftshift": lambda x: shift(x),
    }[op]
    m, x = _map(op, how)
    return _linear.answers(operation, m, x, how, real=op == "inverse_stft")
