"""Derivatives of float64 NumPy functions by the complex step, for layers whose derivative would be long to write out.

If f is analytic, and real on the real axis, then f(x + ih) = f(x) + i h f'(x) - h^2 f''(x) / 2 - i h^3 f'''(x) / 6 + ..., so
that Im f(x + ih) / h = f'(x) - h^2 f'''(x) / 6. Nothing is subtracted, so h may be as small as 1e-30, where the second term
is below any rounding: what remains is the rounding of f itself, as for a derivative that is written out (Squire and Trapp,
"Using complex variables to estimate derivatives of real functions", SIAM Review 40, 1998). Masks and shifts by a maximum look
at real parts only, so that f stays analytic around each point.

Every output y enters the loss as sum(w y), w = cos(1), cos(2), ... in its shape: no two elements are exchanged unnoticed.
"""

import numpy as np

STEP = 1e-30


def loss(outputs):
    """The number that is differentiated, of outputs by name."""
    return sum((np.cos(1.0 + np.arange(np.size(y))).reshape(np.shape(y)) * y).sum() for y in outputs.values())


def gradients(function, arrays):
    """``{name: derivative}`` of the number ``function(arrays)`` by every element of every array."""
    found = {}
    for name, array in arrays.items():
        found[name] = np.zeros(np.shape(array))
        for index in np.ndindex(*np.shape(array)):
            moved = np.array(array, np.complex128)
            moved[index] += 1j * STEP
            found[name][index] = function(dict(arrays, **{name: moved})).imag / STEP
    return found


def expected(function, arrays):
    """The outputs by name of ``function(arrays)``, and as ``d_<name>`` the derivatives of their loss."""
    arrays = {name: np.asarray(array, np.float64) for name, array in arrays.items()}
    slopes = gradients(lambda moved: loss(function(moved)), arrays)
    return dict(function(arrays), **{"d_" + name: slope for name, slope in slopes.items()})
