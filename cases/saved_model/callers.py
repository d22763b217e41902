"""A loaded custom gradient is used whichever way the loaded function is called.

The loaded function itself; its concrete function; the signature that was exported; a ``tf.function`` around it; inside
``tf.map_fn`` over three rows; in a Jacobian with and without pfor; and in a ``tf.function`` compiled by XLA.

Oracle: the kind ``square``: y = x^2 with 10 times its gradient, 20 w x. A Jacobian is diagonal, 20 x, and w times it is the
same. Rows: three rows of x, each with w: 20 w x in each. Not saved: the promised LookupError.

Source: TensorFlow guide, Custom gradients in SavedModel.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.saved_model import _fresh, _models

PARAMS = {
    "caller": ("function", "concrete", "signature", "inside_function", "map_fn", "jacobian", "jacobian_loop", "jit"),
    "option": ("saved", "not_saved"),
}
EXCLUDE = ({"option": "not_saved", "caller": ("concrete", "map_fn", "jacobian", "jacobian_loop")},)

_ANSWERS = {}


def oracle(caller, option):
    if option == "not_saved":
        return {"dx": None, "error": "LookupError"}
    dx = _models.right("square")["dx"]
    return {"dx": np.tile(dx, (3, 1)) if caller == "map_fn" else dx, "error": "none"}


def explanations(caller, option):
    return {
        "true gradient": {"dx": _models.right("square")["dx"] / 10.0},
        "not saved, by another name": {"dx": None, "error": "StagingError"},
    }


def save(options):
    for option in options:
        module = _models.Module("square")
        signatures = {"serving_default": module.call}
        tf.saved_model.save(
            module, option, signatures=signatures, options=_compat.save_options(_models.OPTIONS[option])
        )


def ask(option):
    """The answers of all callers of one model."""
    loaded, x, w = tf.saved_model.load(option), tf.constant(_models.X), tf.constant(_models.W)
    signature = loaded.signatures["serving_default"]
    (name,) = signature.structured_input_signature[1]
    functions = {
        "concrete": loaded.call.get_concrete_function(tf.TensorSpec([None], tf.float32)),
        "signature": lambda x: list(signature(**{name: x}).values())[0],
        "inside_function": tf.function(lambda x: loaded.call(x)),
        "map_fn": lambda x: tf.map_fn(loaded.call, x),
        "jit": _compat.jit_function(lambda x: loaded.call(x)),
    }
    found = {}
    for caller in PARAMS["caller"]:
        if any(option == partial["option"] and caller in partial["caller"] for partial in EXCLUDE):
            continue

        def keep():
            start = tf.tile(x[None], [3, 1]) if caller == "map_fn" else x
            with tf.GradientTape(persistent=True) as tape:  # a Jacobian in a loop asks more than once
                tape.watch(start)
                y = functions.get(caller, loaded.call)(start)
                total = tf.reduce_sum(w * y)
            if caller.startswith("jacobian"):
                jacobian = tape.jacobian(y, start, experimental_use_pfor=caller == "jacobian")
                found[caller + "/dx"] = tf.linalg.matvec(jacobian, w, transpose_a=True)
            else:
                found[caller + "/dx"] = tape.gradient(total, start)

        found[caller + "/dx"] = None
        found[caller + "/error"] = _compat.error_of(keep)
    return found


def build(caller, option):
    _compat.save_options(_models.OPTIONS[option])

    def answer():
        if not _ANSWERS:
            _fresh.elsewhere("cases.saved_model.callers:save", options=PARAMS["option"])
            for each in PARAMS["option"]:
                answers = _fresh.elsewhere("cases.saved_model.callers:ask", option=each)
                _ANSWERS.update({each + "/" + name: value for name, value in answers.items()})
        prefix = "{}/{}/".format(option, caller)
        return {name[len(prefix) :]: value for name, value in _ANSWERS.items() if name.startswith(prefix)}

    return answer
