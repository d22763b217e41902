"""Inputs for the ops of tf.signal; ``name@what`` asks the same op of other inputs: longer and shorter than the transform.

The inverse transforms of real signals have no closed form here: what they do with imaginary parts that a real signal has not is
the release's own affair.
"""

import numpy as np
import tensorflow as tf

from cases.sweep._take import complex_entry, entry, spread

X, Y = spread((2, 5)), spread((2, 5), seed=1)
SQUARE, OTHER = spread((3, 4)), spread((3, 4), seed=1)
CUBE, OTHER_CUBE = spread((2, 3, 4)), spread((2, 3, 4), seed=1)
SIGNAL = spread(16)


def of_length(*length):
    return lambda op, x: op(x, list(length))


def kaiser(op, beta):
    return op(6, beta=beta, dtype=tf.float64)


TABLE = {
    "dct": entry(X),
    "dct@1": entry(X, call=lambda op, x: op(x, type=1)),
    "dct@3": entry(X, call=lambda op, x: op(x, type=3)),
    "dct@4": entry(X, call=lambda op, x: op(x, type=4)),
    "dct@ortho": entry(X, call=lambda op, x: op(x, norm="ortho")),
    "dct@padded": entry(X, call=lambda op, x: op(x, n=7)),
    "fft": complex_entry(X, Y, numpy=np.fft.fft),
    "fft2d": complex_entry(SQUARE, OTHER, numpy=np.fft.fft2),
    "fft3d": complex_entry(CUBE, OTHER_CUBE, numpy=np.fft.fftn),
    "fftnd": complex_entry(SQUARE, OTHER, call=lambda op, z: op(z, [3, 4], [0, 1]), numpy=np.fft.fft2),
    "fftshift": entry(SQUARE, numpy=np.fft.fftshift),
    "frame": entry(spread(9), call=lambda op, x: op(x, 4, 3, pad_end=True)),
    "idct": entry(X),
    "idct@ortho": entry(X, call=lambda op, x: op(x, norm="ortho")),
    "ifft": complex_entry(X, Y, numpy=np.fft.ifft),
    "ifft2d": complex_entry(SQUARE, OTHER, numpy=np.fft.ifft2),
    "ifft3d": complex_entry(CUBE, OTHER_CUBE, numpy=np.fft.ifftn),
    "ifftnd": complex_entry(SQUARE, OTHER, call=lambda op, z: op(z, [3, 4], [0, 1]), numpy=np.fft.ifft2),
    "ifftshift": entry(spread((3, 5)), numpy=np.fft.ifftshift),
    "inverse_mdct": entry(spread((3, 4))),
    "inverse_stft": complex_entry(spread((4, 3)), spread((4, 3), seed=1), call=lambda op, z: op(z, 4, 2)),
    "irfft": complex_entry(X, Y),
    "irfft@odd": complex_entry(X, Y, call=of_length(9)),
    "irfft@padded": complex_entry(X, Y, call=of_length(12)),
    "irfft@cropped": complex_entry(X, Y, call=of_length(5)),
    "irfft2d": complex_entry(SQUARE, OTHER),
    "irfft2d@odd": complex_entry(SQUARE, OTHER, call=of_length(3, 7)),
    "irfft2d@cropped": complex_entry(SQUARE, OTHER, call=of_length(2, 4)),
    "irfft2d@padded": complex_entry(SQUARE, OTHER, call=of_length(4, 8)),
    "irfft3d": complex_entry(CUBE, OTHER_CUBE),
    "irfftnd": complex_entry(SQUARE, OTHER, call=lambda op, z: op(z, [3, 6], [0, 1])),
    "kaiser_bessel_derived_window": entry(spread((), 2.0, 4.0), call=lambda op, b: op(8, beta=b, dtype=tf.float64)),
    "kaiser_window@zero": entry(np.zeros(()), call=kaiser, numpy=lambda b: np.kaiser(6, b)),
    "kaiser_window": entry(spread((), 2.0, 4.0), call=kaiser, numpy=lambda b: np.kaiser(6, b)),
    "mdct": entry(SIGNAL, call=lambda op, x: op(x, 8)),
    "mfccs_from_log_mel_spectrograms": entry(X),
    "overlap_and_add": entry(SQUARE, call=lambda op, x: op(x, 2)),
    "rfft": entry(X, numpy=np.fft.rfft),
    "rfft@even": entry(spread((2, 6)), numpy=np.fft.rfft),
    "rfft@padded": entry(X, call=of_length(8), numpy=lambda x: np.fft.rfft(x, 8)),
    "rfft@cropped": entry(X, call=of_length(4), numpy=lambda x: np.fft.rfft(x, 4)),
    "rfft2d": entry(SQUARE, numpy=np.fft.rfft2),
    "rfft2d@odd": entry(spread((4, 5)), numpy=np.fft.rfft2),
    "rfft2d@padded": entry(SQUARE, call=of_length(4, 6), numpy=lambda x: np.fft.rfft2(x, (4, 6))),
    "rfft2d@cropped": entry(SQUARE, call=of_length(2, 3), numpy=lambda x: np.fft.rfft2(x, (2, 3))),
    "rfft3d": entry(CUBE, numpy=np.fft.rfftn),
    "rfftnd": entry(SQUARE, call=lambda op, x: op(x, [3, 4], [0, 1]), numpy=np.fft.rfft2),
    "stft": entry(SIGNAL, call=lambda op, x: op(x, 4, 2, pad_end=True)),
}  # fmt: skip
