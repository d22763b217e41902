"""A grad_fn that does not keep the contract is refused with an error that says so, in eager execution and in a graph.

Oracle: the errors that ``tf.custom_gradient`` states in its own messages. TypeError: a variable is read and grad_fn takes no
``variables``. ValueError: gradients for fewer variables than were read; for fewer inputs than there are; for more inputs than
there are; and None where an input has to be a tensor. ``fine`` breaks nothing and raises nothing: x stands for both inputs,
each of which grad_fn gives a gradient of 1.

Source: documentation of tf.custom_gradient (grad_fn returns as many tensors as there are inputs, and one per variable).
"""

import tensorflow as tf

from cases import _compat

PARAMS = {
    "broken": ("fine", "no_variables", "few_variables", "few_inputs", "many_inputs", "none_input"),
    "mode": ("eager", "graph", "nested_graph"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": "nested_graph", "broken": ("no_variables", "few_variables", "none_input")},)

ERRORS = {"no_variables": "TypeError"}


def oracle(broken, mode):
    if broken == "fine":
        return {"error": "none", "gradient": 2.0}
    return {"error": ERRORS.get(broken, "ValueError")}


def explanations(broken, mode):
    # A graph finds out only when the tape counts gradients, outputs included, and 2.0 does not count them.
    return {"refused as an internal error": {"error": "InternalError"}, "accepted in silence": {"error": "none"}}


def build(broken, mode):
    variable, x = tf.Variable(2.0), tf.constant(3.0)

    @tf.custom_gradient
    def function(x, y):
        inputs = {"few_inputs": 1, "many_inputs": 3}.get(broken, 2)
        grads_of_variables = 0 if broken == "few_variables" else 1

        def without(dy):
            return [dy] * inputs

        def with_variables(dy, variables=None):
            return [dy] * inputs, [dy] * grads_of_variables

        if broken == "none_input":
            return x * x, without
        if broken in ("few_inputs", "many_inputs"):
            return x * y, without
        return x * y * variable, without if broken == "no_variables" else with_variables

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x, None if broken == "none_input" else x)
        return tape.gradient(y, x)

    call = _compat.in_mode(gradient, mode)

    def answer():
        found = []
        error = _compat.error_of(lambda: found.append(call(x)))
        return {"error": error, "gradient": found[0]} if broken == "fine" and found else {"error": error}

    return answer
