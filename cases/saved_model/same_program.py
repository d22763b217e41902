"""A loaded function never takes the custom gradient of another one.

A program defines an identity whose gradient is scaled by -2 (as gradient reversal does) and saves it. The same program, in
which the factor has been changed to -3, is started anew, and loads what the first one saved: after it has saved its own
function, or before it does; then it asks the loaded function for its gradient. Custom gradients are
registered under names that count up from the start of the process, so both programs can give theirs the same name.

Oracle: -2 w if the gradient was saved, LookupError if not, as in ``saved_model.kinds``; never -3 w, "another function's
gradient".

Source: TensorFlow guide, Custom gradients in SavedModel.
"""

import tensorflow as tf

from cases import _compat
from cases.saved_model import _fresh, _models

PARAMS = {"option": ("saved", "default", "not_saved"), "own": ("saved_before", "saved_after")}
# What the default is, and what is lost without an own function, is asked by saved_model.kinds.
EXCLUDE = ({"option": "default", "own": "saved_after"},)

_SAVED = []


def oracle(option, own):
    x, w = _models.X.astype(float), _models.W.astype(float)
    if option == "not_saved":
        return {"value": x, "dx": None, "error": "LookupError"}
    return {"value": x, "dx": -2.0 * w, "error": "none"}


def explanations(option, own):
    return {
        "another function's gradient": {"dx": -3.0 * _models.W.astype(float), "error": "none"},
        "not saved": {"dx": None, "error": "LookupError"},
    }


def program(factor, option, path):
    """The program: define, save."""

    @tf.custom_gradient
    def scaled_gradient(x):
        return tf.identity(x), lambda dy: factor * dy

    module = tf.Module()
    module.a = tf.Variable(0.0)
    module.call = tf.function(lambda x: scaled_gradient(x), input_signature=[tf.TensorSpec([None], tf.float32)])
    _models.write(module, path, option)


def changed(own, option, path):
    """The changed program, which loads what the first one saved."""
    mine = "{}-{}".format(path, own)
    if own == "saved_before":
        program(-3.0, option, mine)
    loaded = tf.saved_model.load(path)
    if own == "saved_after":
        program(-3.0, option, mine)
    found = _models.ask_loaded(loaded)
    return {name: found[name] for name in ("value", "dx", "error")}


def build(option, own):
    _compat.save_options(_models.OPTIONS[option])

    def answer():
        if option not in _SAVED:
            _fresh.elsewhere("cases.saved_model.same_program:program", factor=-2.0, option=option, path=option)
            _SAVED.append(option)
        return _fresh.elsewhere("cases.saved_model.same_program:changed", own=own, option=option, path=option)

    return answer
