"""Smooth steps keep their digits far out: value, derivative and second derivative, each to relative precision.

Every element is an output of its own, so that a small one is held to its own size. Oracle, with s = 1 / (1 + exp(-x))
computed as exp(-log(1 + exp(-x))), t = s(-x):

    sigmoid        s; s t; s t (t - s)              softplus   log(1 + exp(x)); s; s t
    log_sigmoid    -softplus(-x); t; -s t           tanh       sech(x)^2; -2 tanh(x) sech(x)^2
    log1p          1 / (1 + x); -1 / (1 + x)^2      expm1      exp(x); exp(x)

"one minus a rounded value": the rules of sigmoid and tanh compute 1 - s and 1 - tanh^2 from the value, which has rounded to
one; then the derivative is 0, and so is the second derivative of what has such a derivative (log_sigmoid is -softplus(-x)).
"logistic from tanh": XLA computed s as (1 + tanh(x / 2)) / 2, which rounds to 0 on the left.

Source: Maechler, "Accurately computing log(1 - exp(-|a|))" (2012); tensorflow/python/ops/math_grad.py, nn_grad.py.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {"op": ("sigmoid", "softplus", "log_sigmoid", "tanh", "log1p", "expm1"), "mode": ("eager", "jit")}
EXCLUDE = ({"mode": "jit", "op": ("sigmoid", "log_sigmoid", "tanh", "log1p", "expm1")},)
RTOL = 1e-13  # float64, relative to each element


def inputs(op, mode):
    if op in ("log1p", "expm1"):
        return np.array([1e-12, -1e-12, 20.0])
    return np.array([-20.0, 1e-9, 20.0]) if op == "tanh" else np.array([-700.0, -40.0, 0.5, 40.0, 700.0])


def _elements(outputs):
    """``{"d_x": array}`` as ``{"d_x_0": element, ...}``."""
    return {
        "{}_{}".format(name, index): item
        for name, value in outputs.items()
        for index, item in enumerate(np.asarray(value))
    }


def _outputs(op, mode):
    x = inputs(op, mode)
    s, t = np.exp(-np.logaddexp(0, -x)), np.exp(-np.logaddexp(0, x))
    slope = 1 / np.cosh(np.clip(x, -100, 100)) ** 2
    value, first, second = {
        "sigmoid": (s, s * t, s * t * (t - s)),
        "softplus": (np.logaddexp(0, x), s, s * t),
        "log_sigmoid": (-np.logaddexp(0, -x), t, -s * t),
        "tanh": (np.tanh(x), slope, -2 * np.tanh(x) * slope),
        "log1p": (np.log1p(x), 1 / (1 + x), -((1 + x) ** -2.0)),
        "expm1": (np.expm1(x), np.exp(x), np.exp(x)),
    }[op]
    return {"value": value, "d_x": first, "d_xx": second}


def oracle(op, mode):
    return _elements(_outputs(op, mode))


def explanations(op, mode):
    if op not in ("sigmoid", "softplus", "log_sigmoid", "tanh"):
        return {}
    right, x = _outputs(op, mode), inputs(op, mode)
    at_one = {"sigmoid": x >= 40, "softplus": x >= 40, "log_sigmoid": x <= -40, "tanh": np.abs(x) >= 20}[op]
    names = ("d_x", "d_xx") if op in ("sigmoid", "tanh") else ("d_xx",)
    wrong = {"one minus a rounded value": _elements({name: np.where(at_one, 0.0, right[name]) for name in names})}
    if op == "softplus":
        halved = {"d_x": np.where(x <= -40, 0.0, right["d_x"]), "d_xx": np.where(np.abs(x) >= 40, 0.0, right["d_xx"])}
        wrong["logistic from tanh"] = _elements(halved)
    return wrong


def build(op, mode):
    function = {
        "sigmoid": tf.sigmoid,
        "softplus": tf.math.softplus,
        "log_sigmoid": tf.math.log_sigmoid,
        "tanh": tf.tanh,
        "log1p": tf.math.log1p,
        "expm1": tf.math.expm1,
    }[op]
    call = _take.answers(function, mode, x=inputs(op, mode))
    return lambda: _elements(call())
