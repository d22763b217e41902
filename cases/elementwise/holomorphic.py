"""The gradient of a holomorphic function is the conjugate of its derivative, and the gradient of that the conjugate of the
second.

TensorFlow's gradient of a real L in z = a + i b is dL/da + i dL/db, and that of a complex target is of its real part. For
holomorphic f, Re f has da = Re f', db = -Im f': the gradient is conj(f'(z)). Its real part is that of f', so the gradient's
gradient is conj(f''(z)). Oracle: both, with the derivatives of the elementary functions; roots are principal, and
acosh' = 1 / (sqrt(z - 1) sqrt(z + 1)). ``power`` is z^c with c = 1/2 + i: c z^(c-1), c (c - 1) z^(c-2).

"not conjugated": the rule of silu gives f' in place of its conjugate; the gradient of that is conj(f'') all the same.
"conjugate left out by XLA": the kernels of the gradients of sqrt (g / 2y), rsqrt (-g y^3 / 2) and reciprocal (-g y^2) take the
conjugate of the value y, what XLA compiles does not. The second derivative then goes through such a kernel once
more, with conj(y) from the rule of the kernel itself: -1 / (4 conj(y) y^2), 3 conj(y)^2 y^3 / 4, 2 conj(y) y^2. log and tan have
a reciprocal in their gradient: of c = conj(z), whose -1 / c^2 loses its conjugate, and of cos(c).

Source: tensorflow/tensorflow #3348 (the convention), #57357 (silu).
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {
    "op": (
        "exp",
        "log",
        "sqrt",
        "rsqrt",
        "square",
        "reciprocal",
        "tanh",
        "sigmoid",
        "silu",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "asin",
        "acos",
        "atan",
        "asinh",
        "acosh",
        "atanh",
        "expm1",
        "log1p",
        "power",
        "truediv",
    ),
    "mode": ("eager", "jit"),
}
EXCLUDE = (
    {"mode": "jit", "op": ("exp", "square", "sigmoid", "silu", "sin", "cos", "sinh", "cosh", "asin", "acos", "atan")},
    {"mode": "jit", "op": ("asinh", "acosh", "atanh", "expm1", "log1p", "power", "truediv")},
)
RTOL = 1e-13  # complex128
POWER = 0.5 + 1.0j


def inputs(op, mode):
    return np.array([0.4 + 0.3j, -0.6 + 0.7j, 1.2 - 0.5j])


def oracle(op, mode):
    z, c = inputs(op, mode), POWER
    s, one = 1 / (1 + np.exp(-z)), np.ones(3)
    value, first, second = {
        "exp": (np.exp(z), np.exp(z), np.exp(z)),
        "log": (np.log(z), 1 / z, -1 / z**2),
        "sqrt": (np.sqrt(z), 0.5 / np.sqrt(z), -0.25 / (z * np.sqrt(z))),
        "rsqrt": (1 / np.sqrt(z), -0.5 / (z * np.sqrt(z)), 0.75 / (z**2 * np.sqrt(z))),
        "square": (z**2, 2 * z, 2 * one),
        "reciprocal": (1 / z, -1 / z**2, 2 / z**3),
        "tanh": (np.tanh(z), np.cosh(z) ** -2, -2 * np.tanh(z) * np.cosh(z) ** -2),
        "sigmoid": (s, s * (1 - s), s * (1 - s) * (1 - 2 * s)),
        "silu": (z * s, s + z * s * (1 - s), 2 * s * (1 - s) + z * s * (1 - s) * (1 - 2 * s)),
        "sin": (np.sin(z), np.cos(z), -np.sin(z)),
        "cos": (np.cos(z), -np.sin(z), -np.cos(z)),
        "tan": (np.tan(z), np.cos(z) ** -2, 2 * np.tan(z) * np.cos(z) ** -2),
        "sinh": (np.sinh(z), np.cosh(z), np.sinh(z)),
        "cosh": (np.cosh(z), np.sinh(z), np.cosh(z)),
        "asin": (np.arcsin(z), (1 - z**2) ** -0.5, z * (1 - z**2) ** -1.5),
        "acos": (np.arccos(z), -((1 - z**2) ** -0.5), -z * (1 - z**2) ** -1.5),
        "atan": (np.arctan(z), 1 / (1 + z**2), -2 * z / (1 + z**2) ** 2),
        "asinh": (np.arcsinh(z), (1 + z**2) ** -0.5, -z * (1 + z**2) ** -1.5),
        "acosh": (np.arccosh(z), ((z - 1) ** -0.5) * (z + 1) ** -0.5, -z * ((z - 1) ** -1.5) * (z + 1) ** -1.5),
        "atanh": (np.arctanh(z), 1 / (1 - z**2), 2 * z / (1 - z**2) ** 2),
        "expm1": (np.expm1(z), np.exp(z), np.exp(z)),
        "log1p": (np.log1p(z), 1 / (1 + z), -1 / (1 + z) ** 2),
        "power": (z**c, c * z ** (c - 1), c * (c - 1) * z ** (c - 2)),
        "truediv": (c / z, -c / z**2, 2 * c / z**3),
    }[op]
    return {"value": value, "d_z": np.conj(first), "d_zz": np.conj(second)}


def explanations(op, mode):
    if op == "silu":
        return {"not conjugated": {"d_z": np.conj(oracle(op, mode)["d_z"])}}
    z = inputs(op, mode)
    root, secant = np.sqrt(z), 1 / np.cos(np.conj(z))
    wrong = {
        "sqrt": {"d_z": 0.5 / root, "d_zz": -0.25 / (np.conj(root) * root**2)},
        "rsqrt": {"d_z": -0.5 / root**3, "d_zz": 0.75 / (np.conj(root) ** 2 * root**3)},
        "reciprocal": {"d_z": -1 / z**2, "d_zz": 2 / (np.conj(z) * z**2)},
        "log": {"d_zz": -1 / z**2},
        "tan": {"d_zz": 2 * np.conj(secant) ** 2 * secant * np.sin(np.conj(z))},
    }
    return {"conjugate left out by XLA": wrong[op]} if op in wrong else {}


def build(op, mode):
    named = _take.named({"silu": "nn.silu", "power": "math.pow"}.get(op, "math." + op))
    power = tf.constant(POWER, tf.complex128)
    function = {"power": lambda z: named(z, power), "truediv": lambda z: named(power, z)}.get(op, named)
    return _take.answers(function, mode, z=inputs(op, mode))
