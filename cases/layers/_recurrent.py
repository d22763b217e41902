"""Recurrent layers written out in NumPy, with masks as Keras documents them.

With x_t the input and h the state, and columns of W, U and b by gate:
simple: h' = tanh(x W + h U + b)
lstm: i, f, g, o = s, s, tanh, s of x W + h U + b; c' = f c + i g; h' = o tanh(c'), with s the logistic function
gru: z, r = s of (x W + b_0) + (h U + b_1); n = tanh(x W_n + b_0n + r (h U_n + b_1n)); h' = z h + (1 - z) n (``reset_after``)
gru_before: the same with one bias and n = tanh(x W_n + b_n + (r h) U_n)

A masked step leaves the state as it was; its output is the one of the step before (zeros at the first), or zeros with
``zero_output_for_mask``. ``go_backwards`` visits the steps from the last to the first, and gives its outputs in that order.
"""

import numpy as np
import tensorflow as tf

MASK = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 0, 0, 0]], bool)
"""No padding, right, left, both a hole and padding, nothing but padding."""
GATES = {"simple": 1, "lstm": 4, "gru": 3, "gru_before": 3}
UNITS = 3


def data(cell, seed=3):
    """x (5, 4, 2) and the weights by name, float64."""
    random = np.random.RandomState(seed)
    width = GATES[cell] * UNITS
    arrays = {"x": random.normal(size=(5, 4, 2))}
    arrays["kernel"] = 0.8 * random.normal(size=(2, width))
    arrays["recurrent"] = 0.6 * random.normal(size=(UNITS, width))
    arrays["bias"] = 0.5 * random.normal(size=(2, width) if cell == "gru" else (width,))
    return arrays


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def step(cell, x, states, kernel, recurrent, bias):
    """The states after one step; the first of them is the output."""
    h = states[0]
    if cell == "simple":
        return [np.tanh(x @ kernel + h @ recurrent + bias)]
    if cell == "lstm":
        i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4, axis=1)
        c = sigmoid(f) * states[1] + sigmoid(i) * np.tanh(g)
        return [sigmoid(o) * np.tanh(c), c]
    before = cell == "gru_before"
    x_z, x_r, x_n = np.split(x @ kernel + (bias if before else bias[0]), 3, axis=1)
    h_z, h_r, h_n = np.split(h @ recurrent + (0.0 if before else bias[1]), 3, axis=1)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    n = np.tanh(x_n + ((r * h) @ recurrent[:, 2 * UNITS :] if before else r * h_n))
    return [z * h + (1 - z) * n]


def run(cell, arrays, mask=None, states=None, backwards=False, zero=None):
    """The outputs (batch, time, units) in the order of the visits, and the states after the last.

    ``zero``, the steps whose masked output is zeros, is ``None``, ``"masked"`` or ``"unreversed"``: see bidirectional.py.
    """
    x, weights = arrays["x"], [arrays[name] for name in ("kernel", "recurrent", "bias")]
    count = x.shape[1]
    order = list(range(count))[:: -1 if backwards else 1]
    if states is None:
        states = [np.zeros((len(x), UNITS))] * (2 if cell == "lstm" else 1)
    output, outputs = np.zeros((len(x), UNITS)), []
    for t in order:
        after = step(cell, x[:, t], states, *weights)
        if mask is None:
            output, states = after[0], after
        else:
            seen = mask[:, t, None]
            output = np.where(seen, after[0], output)
            states = [np.where(seen, new, old) for new, old in zip(after, states)]
        outputs.append(output)
    if zero is not None and mask is not None:
        visited = order if zero == "masked" else range(count)
        outputs = [np.where(mask[:, t, None], output, 0.0) for t, output in zip(visited, outputs)]
    return np.stack(outputs, axis=1), states


def layer(cell, **options):
    """The Keras layer, in float64."""
    kind = {"simple": "SimpleRNN", "lstm": "LSTM", "gru": "GRU", "gru_before": "GRU"}[cell]
    if kind == "GRU":
        options["reset_after"] = cell == "gru"
    return getattr(tf.keras.layers, kind)(UNITS, dtype="float64", **options)
