"""The second derivative of a custom gradient is the same before saving and after loading.

In a fresh process, with two nested tapes around the loaded function, first in eager execution and then in a graph.

Oracle: the derivative of what grad_fn computes. plain: y = x^2, 2 w. square: 20 x dy, so 20 w. forward: 10 exp(x) dy with the
forward value exp(x), which depends on x: 10 w exp(x). variable: 10 a dy, not a function of x: 0. The outer tape gives zeros for
what is unconnected, so a wrong answer is "no second derivative", zeros.

Source: documentation of tf.custom_gradient and tf.saved_model.SaveOptions.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.saved_model import _models

PARAMS = {
    "kind": ("plain", "square", "forward", "variable"),
    "option": ("saved", "not_saved"),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {"option": "not_saved", "kind": ("plain", "forward", "variable")},
    {"option": "not_saved", "mode": "graph"},
)
RTOL = 2e-6  # exp in float32


def oracle(kind, option, mode):
    if option == "not_saved":
        return {"dx": None, "d2x": None, "error": "LookupError"}
    x, w = _models.X.astype(np.float64), _models.W.astype(np.float64)
    second = {
        "plain": 2.0 * w,
        "square": 20.0 * w,
        "forward": 10.0 * w * np.exp(x),
        "variable": 0.0 * x,
    }
    return {"dx": _models.right(kind)["dx"], "d2x": second[kind], "error": "none"}


def explanations(kind, option, mode):
    return {
        "no second derivative": {"d2x": np.zeros(3)},
        "not saved, by another name": {"error": "StagingError"},
        "refused with an AssertionError": {"dx": None, "d2x": None, "error": "AssertionError"},
    }


def ask(models):
    found = {}
    for kind, option in models:
        name = "{}-{}".format(kind, option)
        loaded = tf.saved_model.load(name)
        for mode in PARAMS["mode"] if option == "saved" else ("eager",):
            for output, value in derivatives(loaded, mode).items():
                found["{}/{}-{}".format(name, mode, output)] = value
    return found


def derivatives(loaded, mode):
    def second(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                total = tf.reduce_sum(tf.constant(_models.W) * loaded.call(x))
            dx = tape.gradient(total, x)
        return dx, outer.gradient(dx, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    found = {"dx": None, "d2x": None}

    def keep():
        found["dx"], found["d2x"] = _compat.in_mode(second, mode)(tf.constant(_models.X))

    found["error"] = _compat.error_of(keep)
    return found


def build(kind, option, mode):
    _compat.save_options(_models.OPTIONS[option])
    models = [[each, "saved"] for each in PARAMS["kind"]] + [["square", "not_saved"]]

    def answer():
        found = _models.fresh(models, kind, option, ask="cases.saved_model.second_order:ask")
        return {name[len(mode) + 1 :]: value for name, value in found.items() if name.startswith(mode + "-")}

    return answer
