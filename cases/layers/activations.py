"""Activations have their formula's value, derivative and second derivative, the first also at zero where it exists.

With s the logistic function, t = tanh, P and p the normal distribution's function and density: elu: x or e^x - 1; selu:
1.0507 times x or 1.6733 (e^x - 1); celu: x or a (e^(x/a) - 1), whose derivative at zero is 1 from both sides; gelu: x P(x);
gelu_tanh: x (1 + t(u)) / 2, u = sqrt(2 / pi) (x + 0.044715 x^3); silu: x s; mish: x t(log(1 + e^x)); softsign: x / (1 + |x|);
squareplus: (x + sqrt(x^2 + 4)) / 2; tanh_shrink: x - t; hard_sigmoid: x / 6 + 1/2 within 0 and 1; hard_silu: x times that;
leaky_relu: x or x / 4; prelu_one: PReLU with slope 1, which is x.

Oracle: these formulas, with their derivatives by the usual rules (written out in the code) in float64. At zero only where the
two sides agree. Explanations: "0.2 x + 0.5": hard_sigmoid as it was documented up to Keras 2; "constants in float32": gelu
with the root of 2 (gelu_tanh: with 0.044715) rounded to float32 before it is used in float64 ("the other": the root of 1/2,
in newer releases); "2 at zero": celu is computed as max(x, 0) + min(...), both of which pass the gradient on where they are
equal; "0 at zero": PReLU is relu(x) - a relu(-x), neither of which passes it on.

Source: documentation of tf.keras.activations and of tf.keras.layers.LeakyReLU and PReLU, and the papers that they name.
"""

import math

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "activation": (
        "elu",
        "selu",
        "celu",
        "gelu",
        "gelu_tanh",
        "silu",
        "mish",
        "softplus",
        "log_sigmoid",
        "softsign",
        "squareplus",
        "tanh_shrink",
        "exponential",
        "hard_sigmoid",
        "hard_silu",
        "leaky_relu",
        "prelu_one",
    ),
}
# float64; exp, tanh and erf of a few ulp, and differences of them.
RTOL = 1e-13
KINKS = ("selu", "leaky_relu")
"""What has no derivative at zero."""


def inputs(activation):
    x = np.array([-4.2, -2.7, -1.1, -0.3, 0.4, 1.3, 2.8, 4.5])
    return x if activation in KINKS else np.append(x, 0.0)


def _formula(activation, x, number=float, root=2.0):
    """Value, derivative and second derivative at ``x``; ``number`` rounds gelu's constant, the root of 2 or of 1/2."""
    e, s, t = np.exp(x), 1 / (1 + np.exp(-x)), np.tanh(x)
    plus, zero, one = x > 0, np.zeros_like(x), np.ones_like(x)
    if activation == "elu":
        return np.where(plus, x, np.expm1(x)), np.where(plus, 1, e), np.where(plus, 0, e)
    if activation == "selu":
        scale, a = 1.0507009873554804934, 1.6732632423543772848
        return [
            scale * y for y in (np.where(plus, x, a * np.expm1(x)), np.where(plus, 1, a * e), np.where(plus, 0, a * e))
        ]
    if activation == "celu":
        return (
            np.where(plus, x, 2 * np.expm1(x / 2)),
            np.where(plus, 1, np.exp(x / 2)),
            np.where(plus, 0, np.exp(x / 2) / 2),
        )
    if activation == "gelu":
        # The same formula in z = x times true over rounded root of 2, or rounded over true root of 1/2.
        ratio = math.sqrt(root) / float(number(math.sqrt(root)))
        ratio = ratio if root == 2.0 else 1.0 / ratio
        z = x * ratio
        big = np.array([0.5 * (1 + math.erf(value / math.sqrt(2))) for value in z])
        small = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        return x * big, big + x * ratio * small, ratio * small * (2 - x * z * ratio)
    if activation == "gelu_tanh":
        k, c = math.sqrt(2 / math.pi), float(number(0.044715))
        u, du, ddu = k * (x + c * x**3), k * (1 + 3 * c * x**2), 6 * k * c * x
        t = np.tanh(u)
        return (
            0.5 * x * (1 + t),
            0.5 * (1 + t) + 0.5 * x * (1 - t**2) * du,
            (1 - t**2) * (du + 0.5 * x * (ddu - 2 * t * du**2)),
        )
    if activation == "silu":
        return x * s, s + x * s * (1 - s), s * (1 - s) * (2 + x * (1 - 2 * s))
    if activation == "mish":
        m = np.tanh(np.log1p(e))
        return x * m, m + x * (1 - m**2) * s, (1 - m**2) * (2 * s + x * (s * (1 - s) - 2 * m * s**2))
    if activation == "softplus":
        return np.log1p(e), s, s * (1 - s)
    if activation == "log_sigmoid":
        return -np.log1p(1 / e), 1 / (1 + e), -s * (1 - s)
    if activation == "softsign":
        d = 1 + np.abs(x)
        return x / d, 1 / d**2, -2 * np.sign(x) / d**3
    if activation == "squareplus":
        r = np.sqrt(x * x + 4)
        return (x + r) / 2, (1 + x / r) / 2, 2 / r**3
    if activation == "tanh_shrink":
        return x - t, t * t, 2 * t * (1 - t * t)
    if activation == "exponential":
        return e, e, e
    if activation.startswith("hard"):
        inside = np.abs(x) < 3
        y, slope = np.clip(x / 6 + 0.5, 0, 1), np.where(inside, 1 / 6.0, 0)
        if activation == "hard_sigmoid":
            return y, slope, zero
        return x * y, y + x * slope, 2 * slope
    if activation == "leaky_relu":
        return np.where(plus, x, x / 4), np.where(plus, 1, 0.25), zero
    return x, one, zero


def _named(activation, value, first, second):
    """Second derivatives are asked for away from zero only, where several of these do not have one."""
    return {"value": value, "first": first, "second": np.asarray(second)[:8]}


def oracle(activation):
    return _named(activation, *_formula(activation, inputs(activation)))


def explanations(activation):
    x = inputs(activation)
    value, first, second = _formula(activation, x)
    if activation == "hard_sigmoid":
        return {
            "0.2 x + 0.5": _named(activation, np.clip(0.2 * x + 0.5, 0, 1), np.where(np.abs(x) < 2.5, 0.2, 0), second)
        }
    if activation.startswith("gelu"):
        return {
            "constants in float32": _named(activation, *_formula(activation, x, np.float32)),
            "the other constant in float32": _named(activation, *_formula(activation, x, np.float32, 0.5)),
        }
    if activation == "celu":
        return {"2 at zero": _named(activation, value, np.where(x == 0, 2, first), second)}
    if activation == "prelu_one":
        return {"0 at zero": _named(activation, value, np.where(x == 0, 0, first), second)}
    return {}


def _call(activation):
    if activation == "leaky_relu":
        return tf.keras.layers.LeakyReLU(0.25, dtype="float64")
    if activation == "prelu_one":
        return tf.keras.layers.PReLU(alpha_initializer="ones", dtype="float64")
    spellings = {"silu": ("silu", "swish"), "gelu_tanh": ("gelu",)}.get(activation, (activation,))
    found = [getattr(tf.keras.activations, name) for name in spellings if hasattr(tf.keras.activations, name)]
    if not found:
        raise _compat.Unsupported("tf.keras.activations." + spellings[0])
    if activation == "celu":
        return lambda x: found[0](x, alpha=2.0)
    if activation.startswith("gelu"):
        return lambda x: found[0](x, approximate=activation == "gelu_tanh")
    return found[0]


def build(activation):
    call = _call(activation)
    # PReLU has a slope for each feature; a batch of one row.
    x = tf.constant(inputs(activation)[None])

    def answer():
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = call(x)
            first = inner.gradient(y, x)
        second = outer.gradient(first, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return _named(activation, y[0].numpy(), first[0].numpy(), second[0].numpy())

    return answer
