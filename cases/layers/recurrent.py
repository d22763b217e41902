"""Recurrent layers give what their equations say, and the gradients of it, with masks of every kind, in a loop or unrolled.

The mask has a row without padding, one padded on the right, on the left, one with a hole, and one that is padding throughout,
whose outputs and states stay zero. Outputs are the sequence and the last states.

Oracle: the recurrences of ``_recurrent.py`` in float64, differentiated by the complex step (``_complex_step.py``), which is
backpropagation through time without writing it out.

Source: documentation of tf.keras.layers.SimpleRNN, LSTM, GRU and of tf.keras.backend.rnn (masks); guide "Masking and padding
with Keras".
"""

import numpy as np
import tensorflow as tf

from cases.layers import _complex_step, _layers, _recurrent

PARAMS = {
    "cell": ("simple", "lstm", "gru", "gru_before"),
    "how": ("eager_while", "eager_unrolled", "graph_while"),
    "mask": ("none", "five_kinds"),
}
EXCLUDE = (
    {"mask": "none", "how": ("eager_unrolled", "graph_while")},
    {"how": "graph_while", "cell": ("simple", "gru_before")},
)
# float64; sums over 20 steps and the roundings of exp and tanh in each.
RTOL = 1e-12


def inputs(cell, how, mask):
    return _recurrent.data(cell)


def oracle(cell, how, mask):
    def forward(arrays):
        sequence, states = _recurrent.run(cell, arrays, None if mask == "none" else _recurrent.MASK)
        return dict(sequence=sequence, **{"state{}".format(n): state for n, state in enumerate(states)})

    return _complex_step.expected(forward, inputs(cell, how, mask))


def build(cell, how, mask):
    arrays = inputs(cell, how, mask)
    x = {"x": arrays.pop("x")}
    mode, loop = how.split("_")
    layer = _recurrent.layer(cell, return_sequences=True, return_state=True, unroll=loop == "unrolled")
    layer(tf.constant(np.zeros_like(x["x"])))
    variables = _layers.assign(layer, arrays)
    keywords = {} if mask == "none" else {"mask": tf.constant(_recurrent.MASK)}

    def function(x):
        sequence, *states = layer(x, **keywords)
        return dict(sequence=sequence, **{"state{}".format(n): state for n, state in enumerate(states)})

    return _layers.answers(function, x, variables, mode)
