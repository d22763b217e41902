"""An LSTM's options do what is documented under a mask: direction, zeros, last output, states given or kept.

Oracle: the recurrence of ``_recurrent.py``, with the option written out, differentiated by the complex step:
last: without ``return_sequences`` the output of the last step visited, which is that of the last step that was not masked
zero: ``zero_output_for_mask`` with the sequence: zeros at masked steps
zero_last: ``zero_output_for_mask`` is documented as "only used when return_sequences is True": as ``last``
backwards, zero_backwards: ``go_backwards``, steps visited from the last to the first
implementation_1, cell: the same equations, gate by gate, or as tf.keras.layers.RNN(LSTMCell)
initial_state: h and c given, with gradients in both
stateful: a second call starts with the states of the first, which are constants for the gradient

Explanations: "zero at a masked last step", zeros also where the documentation says that the option is not used; "zeros of the
unreversed mask", zeros put at the steps where the mask is false when read forwards, though the outputs are in reverse order;
"option ignored": no zeros where they are asked for.

Source: documentation of tf.keras.layers.RNN and LSTM; keras-team/keras #17596 (zero_last).
"""

import numpy as np
import tensorflow as tf

from cases.layers import _complex_step, _layers, _recurrent

PARAMS = {
    "option": (
        "last",
        "zero",
        "zero_last",
        "backwards",
        "zero_backwards",
        "implementation_1",
        "cell",
        "initial_state",
        "stateful",
    ),
    "loop": ("while", "unrolled"),
}
EXCLUDE = ({"loop": "unrolled", "option": ("last", "implementation_1", "cell", "initial_state")},)
# float64; sums over 20 steps and the roundings of exp and tanh in each.
RTOL = 1e-12


def inputs(option, loop):
    arrays = _recurrent.data("lstm")
    if option == "initial_state":
        random = np.random.RandomState(5)
        arrays.update(h=random.normal(size=(5, 3)), c=random.normal(size=(5, 3)))
    return arrays


def _forward(option, zero=None, last=None):
    """The layer with an option as a function of its arrays; ``last`` says where the last output is not zero."""
    mask = _recurrent.MASK
    backwards = option.endswith("backwards")

    def forward(arrays):
        states = None
        if option == "initial_state":
            states = [arrays["h"], arrays["c"]]
        if option == "stateful":
            states = _recurrent.run("lstm", inputs(option, None), mask)[1]
        sequence, _ = _recurrent.run("lstm", arrays, mask, states, backwards, zero)
        if not option.endswith("last"):
            return {"sequence": sequence}
        return {"last": sequence[:, -1] if last is None else np.where(last[:, None], sequence[:, -1], 0.0)}

    return forward


def oracle(option, loop):
    zero = "masked" if option in ("zero", "zero_backwards") else None
    return _complex_step.expected(_forward(option, zero), inputs(option, loop))


def explanations(option, loop):
    arrays = inputs(option, loop)
    if option == "zero_last":
        wrong = _forward(option, last=_recurrent.MASK[:, -1])
        return {"zero at a masked last step": _complex_step.expected(wrong, arrays)}
    found = {}
    if option in ("zero", "zero_backwards"):
        found["option ignored"] = _complex_step.expected(_forward(option), arrays)
    if option == "zero_backwards":
        found["zeros of the unreversed mask"] = _complex_step.expected(_forward(option, "unreversed"), arrays)
    return found


def build(option, loop):
    arrays = inputs(option, loop)
    sources = {name: arrays.pop(name) for name in ("x", "h", "c") if name in arrays}
    options = {"return_sequences": not option.endswith("last"), "unroll": loop == "unrolled"}
    options["go_backwards"] = option.endswith("backwards")
    options["stateful"] = option == "stateful"
    if option.startswith("zero"):
        options["zero_output_for_mask"] = True
    if option == "implementation_1":
        options["implementation"] = 1
    if option == "cell":
        cell = tf.keras.layers.LSTMCell(_recurrent.UNITS, dtype="float64")
        layer = tf.keras.layers.RNN(cell, dtype="float64", **options)
    else:
        layer = _recurrent.layer("lstm", **options)
    layer(tf.constant(np.zeros_like(sources["x"])))
    variables = _layers.assign(layer, arrays)
    mask = tf.constant(_recurrent.MASK)

    def function(x, *states):
        if states:
            return {"sequence": layer(x, mask=mask, initial_state=list(states))}
        if option == "stateful":
            layer.reset_states()
            layer(x, mask=mask)
        return {"sequence" if options["return_sequences"] else "last": layer(x, mask=mask)}

    return _layers.answers(function, sources, variables)
