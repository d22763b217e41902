"""The guide's SavedModel gives the custom gradient back in the same process, and in a fresh one if it was saved with it.

``clip_gradients`` in a module, saved with ``experimental_custom_gradients`` True, False or left alone, loaded where it was
saved or in a process that has not seen the function, and asked under a tape in eager execution or in a graph.

Oracle: v = 2, output = call(v * v) = 4, gradient clip(1, 0.5) * 2 v = 2.0, as the guide prints. Saved without gradients and
loaded in a fresh process: the guide's ``LookupError: No gradient defined for operation 'IdentityN'``; in the same process still
2.0, since it is registered there. Left alone, the option is documented to be True by releases that have it: a gradient that
does not come back by default is "not saved". In a graph AutoGraph cannot build a LookupError anew and raises a StagingError,
which is no LookupError ("by another name").

Source: TensorFlow guide, "Advanced automatic differentiation", Custom gradients in SavedModel; tensorflow/tensorflow #40166.
"""

import tensorflow as tf

from cases import _compat
from cases.saved_model import _fresh, _models

PARAMS = {
    "option": ("default", "saved", "not_saved"),
    "process": ("same", "fresh"),
    "mode": ("eager", "graph"),
}

LOST = {"dv": None, "error": "LookupError"}

_ANSWERS = {}


def oracle(option, process, mode):
    if process == "fresh" and option == "not_saved":
        return dict(LOST, output=4.0)
    return {"output": 4.0, "dv": 2.0, "error": "none"}


def explanations(option, process, mode):
    return {
        "not saved": LOST,
        "not saved, by another name": {"dv": None, "error": "StagingError"},
        "true gradient": {"dv": 4.0},
    }


def save(option):
    @tf.custom_gradient
    def clip_gradients(y):
        def backward(dy):
            return tf.clip_by_norm(dy, 0.5)

        return y, backward

    class MyModule(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec(None)])
        def call_custom_grad(self, x):
            return clip_gradients(x)

    _models.write(MyModule(), option, option)


def ask(options, process):
    """Output, gradient and error of each option in each mode; in the ``same`` process each is saved first."""
    found = {}
    for option in options:
        if process == "same":
            save(option)
        loaded = tf.saved_model.load(option)
        v = tf.Variable(2.0)

        def gradient():
            with tf.GradientTape() as tape:
                output = loaded.call_custom_grad(v * v)
            return tape.gradient(output, v)

        for mode in PARAMS["mode"]:
            name = "{}-{}-{}/".format(option, process, mode)
            found[name + "output"], found[name + "dv"] = loaded.call_custom_grad(v * v), None

            def keep():
                found[name + "dv"] = _compat.in_mode(gradient, mode)()

            found[name + "error"] = _compat.error_of(keep)
    return found


def build(option, process, mode):
    _compat.save_options(_models.OPTIONS[option])

    def answer():
        if not _ANSWERS:
            options = ["default"] if _compat.version() < (2, 6) else list(_models.OPTIONS)
            _ANSWERS.update(_fresh.elsewhere("cases.saved_model.guide:ask", options=options, process="same"))
            for each in options:  # a process each: what one model brings along must not stand in for what another lacks
                _ANSWERS.update(_fresh.elsewhere("cases.saved_model.guide:ask", options=[each], process="fresh"))
        prefix = "{}-{}-{}/".format(option, process, mode)
        return {name[len(prefix) :]: value for name, value in _ANSWERS.items() if name.startswith(prefix)}

    return answer
