"""Modules with custom gradients: how they are built, saved, loaded and asked, and what is right for each.

Every module has ``call(x)``; ``w`` is the upstream gradient of sum(w * call(x)). The custom gradients are 10 times the true
ones (100 times for a variable), so that a gradient that did not come from them shows.
"""

import itertools

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.saved_model import _fresh

X = np.array([1.0, -2.0, 0.5], np.float32)
W = np.array([0.5, -1.0, 2.0], np.float32)
_NUMBERS = itertools.count()
OPTIONS = {"default": None, "saved": True, "not_saved": False}


def right(kind):
    """Value, gradient and gradient of the variable ``a``, in float64.

    square and in_cond: x^2, 10 times 2 x. plain and recompute: x^2, 2 x. forward: exp(x), with the forward value in
    grad_fn, 10 exp(x). nested: square(triple(x)), triple with 2 times its gradient: 9 x^2, 20 (3 x) * 6 = 360 x.
    asks: the outer grad_fn asks a tape for square's. variable: a x with a = 1.5: 10 a, 100 sum(w x). pass_through:
    round(x), 1. two_outputs: x^2 + 3 x, 10 (2 x + 3). override: x^2 by an overridden op, 20 x.
    """
    x, w = X.astype(np.float64), W.astype(np.float64)
    value, slope = {
        "plain": (x * x, 2.0 * x),
        "square": (x * x, 20.0 * x),
        "in_cond": (x * x, 20.0 * x),
        "asks": (x * x, 20.0 * x),
        "override": (x * x, 20.0 * x),
        "recompute": (x * x, 2.0 * x),
        "forward": (np.exp(x), 10.0 * np.exp(x)),
        "nested": (9.0 * x * x, 360.0 * x),
        "variable": (1.5 * x, 15.0 * np.ones(3)),
        "pass_through": (np.round(x), np.ones(3)),
        "two_outputs": (x * x + 3.0 * x, 10.0 * (2.0 * x + 3.0)),
    }[kind]
    return {"value": value, "dx": w * slope, "da": 100.0 * np.sum(w * x) if kind == "variable" else None}


@tf.custom_gradient
def square(x):
    return x * x, lambda dy: 20.0 * x * dy


@tf.custom_gradient
def triple(x):
    return 3.0 * x, lambda dy: 6.0 * dy


@tf.custom_gradient
def forward(x):
    e = tf.exp(x)
    return e, lambda dy: 10.0 * e * dy


@tf.custom_gradient
def asks(x):
    def grad_fn(dy):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = square(x)
        return tape.gradient(y, x, output_gradients=dy)

    return square(x), grad_fn


@tf.custom_gradient
def two_outputs(x):
    return (x * x, 3.0 * x), lambda da, db: 10.0 * (2.0 * x * da + 3.0 * db)


class Module(tf.Module):
    """One of the kinds, ready to be saved."""

    def __init__(self, kind):
        super(Module, self).__init__()
        self.a = tf.Variable(1.5, name="a")
        if kind == "override":
            # The registry takes a name once; each of these processes and each option saves a module of its own.
            self.name_of_gradient = "TfdriftSquare{}".format(next(_NUMBERS))
            tf.RegisterGradient(self.name_of_gradient)(lambda op, dy: 20.0 * op.inputs[0] * dy)

        @tf.custom_gradient
        def variable(x):
            def grad_fn(dy, variables=None):
                return 10.0 * self.a * dy, [100.0 * tf.reduce_sum(x * dy) for _ in variables]

            return self.a * x, grad_fn

        def override(x):
            with tf.compat.v1.get_default_graph().gradient_override_map({"Square": self.name_of_gradient}):
                return tf.square(x)

        body = {
            "plain": lambda x: x * x,
            "square": square,
            "in_cond": lambda x: tf.cond(tf.reduce_sum(x) < 100.0, lambda: square(x), lambda: -x),
            "asks": asks,
            "override": override,
            "recompute": tf.recompute_grad(lambda x: x * x),
            "forward": forward,
            "nested": lambda x: square(triple(x)),
            "variable": variable,
            "pass_through": tf.grad_pass_through(tf.round),
            "two_outputs": lambda x: tf.add_n(two_outputs(x)),
        }[kind]
        self.call = tf.function(lambda x: body(x), input_signature=[tf.TensorSpec([None], tf.float32)])


def write(module, path, option):
    """Save with the option ``default``, ``saved`` or ``not_saved``."""
    options = _compat.save_options(OPTIONS[option])
    if options is None:
        tf.saved_model.save(module, path)
    else:
        tf.saved_model.save(module, path, options=options)


def save_all(models):
    """Save each ``[kind, option]`` as ``kind-option``; the error that each raises, by that name."""
    errors = {}
    for kind, option in models:
        name = "{}-{}".format(kind, option)
        errors[name] = _compat.error_of(lambda: write(Module(kind), name, option))
    return errors


def ask_all(models):
    """What :func:`ask` finds of each ``[kind, option]``, output by output as ``kind-option/output``."""
    return _named((kind, option, ask("{}-{}".format(kind, option))) for kind, option in models)


def _named(answers):
    return {
        "{}-{}/{}".format(kind, option, output): value
        for kind, option, found in answers
        for output, value in found.items()
    }


def ask(path):
    """:func:`ask_loaded` of what is loaded from ``path``."""
    return ask_loaded(tf.saved_model.load(path))


def ask_loaded(loaded):
    """The value outside of a tape, the gradients with one, and the error that the latter raises."""
    x, w = tf.constant(X), tf.constant(W)

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(w * loaded.call(x))
        return tape.gradient(total, [x, loaded.a])

    found = {"dx": None, "da": None, "value": loaded.call(x)}

    def keep():
        found["dx"], found["da"] = gradient(x)

    found["error"] = _compat.error_of(keep)
    return found


UNSAVED = {"value": None, "dx": None, "da": None}

_ANSWERS = {}


def fresh(models, kind, option, ask="cases.saved_model._models:ask_all"):
    """The answer of one of ``models``, pairs of a kind and an option, each saved in one process and loaded in another.

    The first question asks for all, in one process that saves and one per option that loads: with options apart, nothing that one
    model brings along can stand in for what another lacks.
    """
    if not _ANSWERS:
        models = [model for model in models if model[1] == "default" or _compat.version() >= (2, 6)]
        errors = _fresh.elsewhere("cases.saved_model._models:save_all", models=models)
        for each in OPTIONS:
            chosen = [model for model in models if model[1] == each and errors["{}-{}".format(*model)] == "none"]
            _ANSWERS.update(_fresh.elsewhere(ask, models=chosen) if chosen else {})
        for name, error in errors.items():
            if error != "none":
                lost = dict(UNSAVED, error=error + "-when-saving")
                _ANSWERS.update({name + "/" + output: value for output, value in lost.items()})
    prefix = "{}-{}/".format(kind, option)
    return {name[len(prefix) :]: value for name, value in _ANSWERS.items() if name.startswith(prefix)}


def expected(kind, kept=True):
    """The oracle of :func:`ask`: of a custom gradient that was not kept, the promised LookupError."""
    answer = right(kind)
    if not kept and kind != "plain":
        return {"value": answer["value"], "dx": None, "da": None, "error": "LookupError"}
    return dict(answer, error="none")
