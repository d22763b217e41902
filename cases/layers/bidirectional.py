"""Bidirectional joins a layer that reads forwards with one that reads backwards, step by step, and masked steps are zeros.

"When return_sequences is true, the output of the masked timestep will be zero regardless of the layer's original
zero_output_for_mask value." Without it, the last output of each direction is that of the last step that it saw.

Oracle: two recurrences of ``_recurrent.py`` with weights of their own, the outputs of the backward one turned round, joined
along the last axis; zeros at masked steps; differentiated by the complex step. Explanation "zeros of the unreversed mask":
while the outputs of the backward layer are still in reverse order, those are set to zero where the mask is false when it is
read forwards. So a backward output is lost wherever the mirrored step is padding, and outputs of masked steps are not zeros.
"no zeros": masked steps keep the output of the step before.

Source: documentation of tf.keras.layers.Bidirectional (since 2.6); tensorflow/tensorflow #49738.
"""

import numpy as np
import tensorflow as tf

from cases.layers import _complex_step, _layers, _recurrent

PARAMS = {
    "loop": ("while", "unrolled"),
    "returns": ("sequences", "last"),
    "mask": ("none", "five_kinds"),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {"mode": "graph", "mask": "none"},
    {"mode": "graph", "returns": "last"},
    {"mode": "graph", "loop": "while"},
    {"loop": "unrolled", "mask": "none"},
)
# float64; sums over 20 steps and the roundings of exp and tanh in each.
RTOL = 1e-12
NAMES = ("kernel", "recurrent", "bias")


def inputs(loop, returns, mask, mode):
    there, back = _recurrent.data("gru"), _recurrent.data("gru", seed=4)
    return dict(there, **{name + "_back": back[name] for name in NAMES})


def _forward(returns, mask, zero, zero_back):
    seen = None if mask == "none" else _recurrent.MASK

    def forward(arrays):
        back = dict(arrays, **{name: arrays[name + "_back"] for name in NAMES})
        if returns == "last":
            y, _ = _recurrent.run("gru", arrays, seen)
            y_back, _ = _recurrent.run("gru", back, seen, backwards=True)
            return {"y": np.concatenate([y[:, -1], y_back[:, -1]], axis=-1)}
        y, _ = _recurrent.run("gru", arrays, seen, zero=zero)
        y_back, _ = _recurrent.run("gru", back, seen, backwards=True, zero=zero_back)
        return {"y": np.concatenate([y, y_back[:, ::-1]], axis=-1)}

    return forward


def oracle(loop, returns, mask, mode):
    return _complex_step.expected(_forward(returns, mask, "masked", "masked"), inputs(loop, returns, mask, mode))


def explanations(loop, returns, mask, mode):
    arrays = inputs(loop, returns, mask, mode)
    return {
        "zeros of the unreversed mask": _complex_step.expected(_forward(returns, mask, "masked", "unreversed"), arrays),
        "no zeros": _complex_step.expected(_forward(returns, mask, None, None), arrays),
    }


def build(loop, returns, mask, mode):
    arrays = inputs(loop, returns, mask, mode)
    x = {"x": arrays.pop("x")}
    inner = _recurrent.layer("gru", return_sequences=returns == "sequences", unroll=loop == "unrolled")
    layer = tf.keras.layers.Bidirectional(inner, dtype="float64")
    layer(tf.constant(np.zeros_like(x["x"])))
    variables = _layers.assign(layer, arrays)
    keywords = {} if mask == "none" else {"mask": tf.constant(_recurrent.MASK)}
    return _layers.answers(lambda x: {"y": layer(x, **keywords)}, x, variables, mode)
