"""The weights of interpolation along one axis, in NumPy: row i says what output i takes from each input."""

import numpy as np


def _lanczos3(x):
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0.0)


def cubic(x, b, c):
    """The cubic kernels of Mitchell and Netravali; Keys's is b = 0, c = 1/2."""
    x = np.abs(x)
    near = ((12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + 6 - 2 * b) / 6
    far = ((-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 + (-12 * b - 48 * c) * x + 8 * b + 24 * c) / 6
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


KERNELS = {
    "bilinear": lambda x: np.maximum(1 - np.abs(x), 0.0),
    "bicubic": lambda x: cubic(x, 0.0, 0.5),
    "lanczos3": _lanczos3,
    "mitchellcubic": lambda x: cubic(x, 1 / 3, 1 / 3),
}


def linear(positions, size):
    """Linear interpolation at positions in units of inputs; beyond the ends it is the last input's value."""
    positions = np.clip(positions, 0, size - 1)
    return np.maximum(1 - np.abs(positions[:, None] - np.arange(size)), 0.0)


def nearest(positions, size):
    return np.eye(size)[np.asarray(positions, int)]


def kernel(name, outputs, size, antialias):
    """Weights of a kernel around the centre of each output, of unit sum over the inputs; stretched when it has to smooth."""
    ratio = size / float(outputs)
    centres = (np.arange(outputs) + 0.5) * ratio - 0.5
    stretch = max(ratio, 1.0) if antialias else 1.0
    weights = KERNELS[name]((centres[:, None] - np.arange(size)) / stretch)
    return weights / weights.sum(1, keepdims=True)


def area(outputs, size):
    """The mean over the inputs that an output covers, in part or whole."""
    ratio = size / float(outputs)
    low, high = np.arange(outputs)[:, None] * ratio, (np.arange(outputs)[:, None] + 1) * ratio
    covered = np.minimum(high, np.arange(size) + 1) - np.maximum(low, np.arange(size))
    return np.maximum(covered, 0.0) / ratio
