"""Bessel functions have the derivatives of their power series, also at zero.

Oracle, for functions with a series at zero (x = 0, 0.5, 1.5, -2): with s = 1 for I and -1 for J,

    sum over k of s^k (x / 2)^(2k + n) / (k! (k + n)!)

and the derivatives of that polynomial, of which 30 terms are taken. I1'(0) = J1'(0) = 1/2, I0''(0) = 1/2, J0''(0) = -1/2. For
K and Y (x = 0.25, 0.75, 1.5), with L = log(x / 2) + gamma, H_k the harmonic numbers and Q = -sum s^k H_k (x / 2)^(2k) /
(k!)^2: K0 = -(L I0 + Q), Y0 = 2/pi (L J0 + Q), K1 = -K0', Y1 = -Y0'; by the product rule the derivatives of L P + Q are

    P/x + L P' + Q',   -P/x^2 + 2 P'/x + L P'' + Q'',   2 P/x^3 - 3 P'/x^2 + 3 P''/x + L P''' + Q'''

With the ending e, the function is multiplied by exp(-x) (I) or exp(x) (K).

"I1'(0) is 1": the gradient rule of I1 puts I0(0) = 1 for the limit of I0(x) - I1(x) / x, which is 1/2; then I0''(0) = 1, and
the second derivative of I1, taken through the unselected I1(x) / x, is NaN. "0 / 0 at zero": only that NaN, where 0 is right.

Source: Abramowitz and Stegun, 9.1 and 9.6; tensorflow/tensorflow #120578.
"""

import math

import numpy as np

from cases.elementwise import _take

PARAMS = {
    "op": ("i0", "i1", "j0", "j1", "i0e", "i1e", "k0", "k1", "k0e", "k1e", "y0", "y1"),
    "mode": ("eager", "graph"),
}
EXCLUDE = ({"mode": "graph", "op": ("i0", "j0", "j1", "i0e", "i1e", "k0", "k1", "k0e", "k1e", "y0", "y1")},)
RTOL = 1e-12  # float64; rational approximations, and differences of them near zero
ATOL = 1e-14
TERMS = 30


def inputs(op, mode):
    if op in ("i0", "i1", "j0", "j1"):
        return np.array([0.0, 0.5, 1.5, -2.0])
    return np.array([0.25, 0.75, 1.5])


def _series(sign, n, factor=lambda k: 1.0):
    """The polynomial of the sum, whose term k has a further ``factor``."""
    coefficients = np.zeros(2 * TERMS + n)
    for k in range(TERMS):
        coefficients[2 * k + n] = factor(k) * sign**k / (2.0 ** (2 * k + n) * math.factorial(k) * math.factorial(k + n))
    return np.polynomial.Polynomial(coefficients)


def _derivatives(op, x):
    """Value, first and second derivative of the function without its exponential factor."""
    sign, n = (1 if op[0] in "ik" else -1), int(op[1])
    if op[0] in "ij":
        p = _series(sign, n)
        return [p(x), p.deriv()(x), p.deriv(2)(x)]
    p = _series(sign, 0)
    q = _series(sign, 0, lambda k: -sum(1.0 / j for j in range(1, k + 1)))
    log = np.log(x / 2) + np.euler_gamma
    p, q = [p(x)] + [p.deriv(m)(x) for m in (1, 2, 3)], [q(x)] + [q.deriv(m)(x) for m in (1, 2, 3)]
    zeroth = [
        log * p[0] + q[0],
        p[0] / x + log * p[1] + q[1],
        -p[0] / x**2 + 2 * p[1] / x + log * p[2] + q[2],
        2 * p[0] / x**3 - 3 * p[1] / x**2 + 3 * p[2] / x + log * p[3] + q[3],
    ]
    factor = (-1.0 if op[0] == "k" else 2 / np.pi) * (-1) ** n
    return [factor * value for value in zeroth[n : n + 3]]


def oracle(op, mode):
    x = inputs(op, mode)
    value, first, second = _derivatives(op, x)
    if op.endswith("e"):
        rate = -1.0 if op[0] == "i" else 1.0
        value, first, second = (
            np.exp(rate * x) * part
            for part in (value, first + rate * value, second + 2 * rate * first + rate**2 * value)
        )
    return {"value": value, "d_x": first, "d_xx": second}


def explanations(op, mode):
    right, zero = oracle(op, mode), inputs(op, mode) == 0
    undefined = {"d_xx": np.where(zero, np.nan, right["d_xx"])}
    if op == "i0":
        return {"I1'(0) is 1": {"d_xx": np.where(zero, 1.0, right["d_xx"])}}
    if op == "i1":
        wrong = dict(undefined, d_x=np.where(zero, 1.0, right["d_x"]))
        return {"I1'(0) is 1": wrong, "0 / 0 at zero": undefined}
    return {"0 / 0 at zero": undefined} if op == "j1" else {}


def build(op, mode):
    path = "math.bessel_" if op[0] == "i" else "math.special.bessel_"
    return _take.answers(_take.named(path + op), mode, x=inputs(op, mode))
