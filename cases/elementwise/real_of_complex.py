"""Real functions of a complex number have the gradient df/da + i df/db, and so do their gradients.

Oracle, for z = a + i b, r = |z|; the second is the gradient of the gradient's real part, which is what TensorFlow takes of a
complex target:

    real      1; 0                 imag     i; 0              modulus^2 (z conj z)   2 z; 2
    abs       z / r; (b^2 - i a b) / r^3; at z = 0 the gradient is 0, by convention
    angle     (-b + i a) / r^2; (2 a b + i (b^2 - a^2)) / r^4
    sign      z / |z|, whose real part is a / r: (b^2 - i a b) / r^3; (-3 a b^2 + i b (2 a^2 - b^2)) / r^5
    norm      z / |z|_2 (first derivative only);  variance, the mean of |z - mean|^2: 2 (z - mean) / n (first derivative only)
    parts     |x + 2 i x| of a real x: sqrt(5) sign(x); 0

"square, not modulus": the mean of (z - mean)^2, which is complex and holomorphic; its gradient is the conjugate of its
derivative 2 (z - mean) / n. "sign is constant": the gradient rule of sign gives zeros for complex numbers too, whose sign
turns with them. "no gradient": reduce_euclidean_norm had None.

Source: documentation of tf.sign ("for complex numbers, y = sign(x) = x / |x|"); tensorflow/tensorflow #3348.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {
    "op": (
        "real",
        "imag",
        "modulus_squared",
        "abs",
        "abs_at_zero",
        "angle",
        "sign",
        "norm",
        "euclidean_norm",
        "variance",
        "parts",
    ),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {"mode": "graph", "op": ("real", "imag", "modulus_squared", "abs_at_zero", "angle", "norm", "euclidean_norm")},
    {"mode": "graph", "op": ("variance", "parts")},
)
RTOL = 1e-14  # complex128
ATOL = {"d_zz": 1e-14}  # of zero, from terms that cancel


def inputs(op, mode):
    if op == "abs_at_zero":
        return np.zeros(2, complex)
    return np.array([1.5, -0.5]) if op == "parts" else np.array([0.4 + 0.3j, -0.6 + 0.7j, 1.2 - 0.5j])


def oracle(op, mode):
    z = inputs(op, mode)
    a, b, r, zero = z.real, z.imag, np.abs(z), np.zeros(len(z), z.dtype)
    if op == "abs_at_zero":
        return {"value": r, "d_z": zero}
    if op in ("norm", "euclidean_norm"):
        norm = np.sqrt((r**2).sum())
        return {"value": norm, "d_z": z / norm}
    if op == "variance":
        return {"value": (np.abs(z - z.mean()) ** 2).mean(), "d_z": 2 * (z - z.mean()) / 3}
    value, first, second = {
        "real": (a, 1 + zero, zero),
        "imag": (b, 1j + zero, zero),
        "modulus_squared": (z * np.conj(z), 2 * z, 2 + zero),
        "abs": (r, z / r, (b**2 - 1j * a * b) / r**3),
        "angle": (np.angle(z), (-b + 1j * a) / r**2, (2 * a * b + 1j * (b**2 - a**2)) / r**4),
        "sign": (z / r, (b**2 - 1j * a * b) / r**3, (-3 * a * b**2 + 1j * b * (2 * a**2 - b**2)) / r**5),
        "parts": (np.sqrt(5) * r, np.sqrt(5) * np.sign(a), zero),
    }[op]
    return {"value": value, "d_z": first, "d_zz": second}


def explanations(op, mode):
    if op == "euclidean_norm":
        return {"no gradient": {"d_z": None}}
    if op == "variance":
        deviation = inputs(op, mode) - inputs(op, mode).mean()
        wrong = {"value": (deviation**2).mean(), "d_z": np.conj(2 * deviation) / 3}
        return {"square, not modulus": wrong}
    zero = np.zeros(3, complex)
    return {"sign": {"sign is constant": {"d_z": zero, "d_zz": zero}}, "abs": {"sign is constant": {"d_zz": zero}}}.get(
        op, {}
    )


def build(op, mode):
    function = {
        "real": tf.math.real,
        "imag": tf.math.imag,
        "modulus_squared": lambda z: z * tf.math.conj(z),
        "abs": tf.abs,
        "abs_at_zero": tf.abs,
        "angle": tf.math.angle,
        "sign": tf.sign,
        "norm": tf.norm,
        "euclidean_norm": tf.math.reduce_euclidean_norm,
        "variance": tf.math.reduce_variance,
        "parts": lambda x: tf.abs(tf.complex(x, 2 * x)),
    }[op]
    order = 1 if op in ("abs_at_zero", "norm", "euclidean_norm", "variance") else 2
    return _take.answers(function, mode, order=order, z=inputs(op, mode))
