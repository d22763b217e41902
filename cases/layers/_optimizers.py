"""The steps of the optimizers of tf.keras, from the papers that their documentation names, and how they are made.

g is the gradient, t = 1, 2, ... the step, r the learning rate, e epsilon; all slots start with zero unless it is said
otherwise.
sgd: w -= r g; momentum: m = u m - r g, w += m; nesterov: w += u m - r g with the new m
adam ("epsilon hat", the formula before Section 2.1 of Kingma and Ba): m = b m + (1 - b) g, v = c v + (1 - c) g^2, w -= r
    sqrt(1 - c^t) / (1 - b^t) m / (sqrt(v) + e); amsgrad: with the largest v so far; adamw: before that, w -= r d w;
adam_accumulated: one step with the mean of all gradients
adamax: u = max(c u, |g|), w -= r / (1 - b^t) m / (u + e)
nadam (Dozat): b_t = b (1 - 0.96^(t / 250) / 2), P_t = b_1 ... b_t, w -= r n / (sqrt(v / (1 - c^t)) + e) with n = b_(t+1) m /
    (1 - P_(t+1)) + (1 - b_t) g / (1 - P_t) and m, v as in adam
rmsprop (documented as "epsilon hat" too): v = p v + (1 - p) g^2, w -= r g / (sqrt(v) + e); centered: v - a^2 for v, with a =
    p a + (1 - p) g; with momentum: m = u m + r g / (...), w -= m
adagrad (Duchi et al.): s += g^2 from an initial s, w -= r g / (sqrt(s) + e)
adadelta (Zeiler): v = p v + (1 - p) g^2, x = -sqrt(D + e) / sqrt(v + e) g, D = p D + (1 - p) x^2, w += r x
ftrl (McMahan et al.): n' = n + g^2, z += g - (sqrt(n') - sqrt(n)) / r w, w = (clip(z, -l, l) - z) r / sqrt(n'), from an
initial n
lion (Chen et al.): w -= r sign(b m + (1 - b) g), m = c m + (1 - c) g

Numbers are dyadic, so that float32 holds them exactly.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.layers import _layers

E = 2.0**-6
OPTIMIZERS = {
    "sgd": ("SGD", {"learning_rate": 0.5}),
    "momentum": ("SGD", {"learning_rate": 0.5, "momentum": 0.75}),
    "nesterov": ("SGD", {"learning_rate": 0.5, "momentum": 0.75, "nesterov": True}),
    "adam": ("Adam", {"learning_rate": 0.5, "beta_1": 0.75, "beta_2": 0.875, "epsilon": E}),
    "amsgrad": ("Adam", {"learning_rate": 0.5, "beta_1": 0.75, "beta_2": 0.875, "epsilon": E, "amsgrad": True}),
    "adamw": ("AdamW", {"learning_rate": 0.5, "beta_1": 0.75, "beta_2": 0.875, "epsilon": E, "weight_decay": 0.125}),
    "adam_accumulated": (
        "Adam",
        {"learning_rate": 0.5, "beta_1": 0.75, "beta_2": 0.875, "epsilon": E, "gradient_accumulation_steps": 3},
    ),
    "adamax": ("Adamax", {"learning_rate": 0.5, "beta_1": 0.75, "beta_2": 0.875, "epsilon": E}),
    "nadam": ("Nadam", {"learning_rate": 0.5, "beta_1": 0.75, "beta_2": 0.875, "epsilon": E}),
    "rmsprop": ("RMSprop", {"learning_rate": 0.5, "rho": 0.75, "epsilon": E}),
    "rmsprop_momentum": ("RMSprop", {"learning_rate": 0.5, "rho": 0.75, "epsilon": E, "momentum": 0.5}),
    "rmsprop_centered": ("RMSprop", {"learning_rate": 0.5, "rho": 0.75, "epsilon": E, "centered": True}),
    "adagrad": ("Adagrad", {"learning_rate": 0.5, "initial_accumulator_value": 0.125, "epsilon": E}),
    "adadelta": ("Adadelta", {"learning_rate": 0.5, "rho": 0.75, "epsilon": E}),
    "ftrl": ("Ftrl", {"learning_rate": 0.5, "initial_accumulator_value": 0.125, "l1_regularization_strength": 0.0625}),
    "lion": ("Lion", {"learning_rate": 0.5, "beta_1": 0.75, "beta_2": 0.875}),
}


def make(name, **options):
    """The optimizer of the release, where it has it under ``tf.keras.optimizers``."""
    kind, settings = OPTIMIZERS[name]
    if not hasattr(tf.keras.optimizers, kind):
        raise _compat.Unsupported("tf.keras.optimizers." + kind)
    accumulated = "gradient_accumulation_steps"
    if accumulated in settings and not _layers.takes(getattr(tf.keras.optimizers, kind).__init__, accumulated):
        raise _compat.Unsupported("tf.keras.optimizers.{}({}=)".format(kind, accumulated))
    return getattr(tf.keras.optimizers, kind)(**dict(settings, **options))


def build(optimizer, variables):
    """Make an optimizer's slots, which those before 2.11 make by themselves at the first step."""
    if hasattr(optimizer, "build"):
        optimizer.build(variables)


def steps(name, w, gradients, squares=None, sizes=None, inside=False, period=250.0, powers=None, first=1):
    """What becomes of ``w`` by steps with these gradients. The rest is for wrong answers:

    ``squares`` and ``sizes`` in place of g^2 and |g|, epsilon ``inside`` the root, 0.96^(t / ``period``), and for each step the
    ``powers`` of b_1, b_2, ... in nadam's P_t, which are 1; ``first`` is the number of the first step.
    """
    s = dict({"momentum": 0.0, "epsilon": 0.0}, **OPTIMIZERS[name][1])
    r, e = s["learning_rate"], s["epsilon"]
    m, v, top, a = (np.zeros_like(w) for _ in range(4))
    v = v + s.get("initial_accumulator_value", 0.0)
    if name == "adam_accumulated":
        gradients = [sum(gradients) / len(gradients)]
    for number, g in enumerate(gradients):
        t = number + first
        square = g**2 if squares is None else squares[number]
        size = np.abs(g) if sizes is None else sizes[number]
        if name in ("sgd", "momentum", "nesterov"):
            m = s["momentum"] * m - r * g
            w = w + (s["momentum"] * m - r * g if name == "nesterov" else m)
        elif name in ("adam", "amsgrad", "adamw", "adam_accumulated"):
            b, c = s["beta_1"], s["beta_2"]
            m, v = b * m + (1 - b) * g, c * v + (1 - c) * square
            top = np.maximum(top, v) if name == "amsgrad" else v
            w = w - r * s.get("weight_decay", 0.0) * w
            w = w - r * np.sqrt(1 - c**t) / (1 - b**t) * m / (np.sqrt(top) + e)
        elif name == "adamax":
            b, c = s["beta_1"], s["beta_2"]
            m, v = b * m + (1 - b) * g, np.maximum(c * v, size)
            w = w - r / (1 - b**t) * m / (v + e)
        elif name == "nadam":
            b, c = s["beta_1"], s["beta_2"]
            powers = powers or [(1,) * k for k in range(1, len(gradients) + 1)]
            now, then = (b * (1 - 0.5 * 0.96 ** (k / period)) for k in (t, t + 1))
            product = np.prod(
                [b * (1 - 0.5 * 0.96 ** (k / period)) for k in range(1, t + 1)] ** np.array(powers[number])
            )
            m, v = b * m + (1 - b) * g, c * v + (1 - c) * square
            n = then * m / (1 - product * then) + (1 - now) * g / (1 - product)
            w = w - r * n / (np.sqrt(v / (1 - c**t)) + e)
        elif name.startswith("rmsprop"):
            v, a = s["rho"] * v + (1 - s["rho"]) * square, s["rho"] * a + (1 - s["rho"]) * g
            under = v - a**2 if name == "rmsprop_centered" else v
            m = s["momentum"] * m + r * g / (np.sqrt(under + e) if inside else np.sqrt(under) + e)
            w = w - m
        elif name == "adagrad":
            v = v + square
            w = w - r * g / (np.sqrt(v + e) if inside else np.sqrt(v) + e)
        elif name == "adadelta":
            v = s["rho"] * v + (1 - s["rho"]) * square
            factor = np.sqrt(a + e) / np.sqrt(v + e)
            a = s["rho"] * a + (1 - s["rho"]) * factor**2 * square
            w = w - r * factor * g
        elif name == "ftrl":
            before, v = v, v + square
            m = m + g - (np.sqrt(v) - np.sqrt(before)) / r * w
            limit = s["l1_regularization_strength"]
            w = (np.clip(m, -limit, limit) - m) * r / np.sqrt(v)
        elif name == "lion":
            w = w - r * np.sign(s["beta_1"] * m + (1 - s["beta_1"]) * g)
            m = s["beta_2"] * m + (1 - s["beta_2"]) * g
    return w
