"""The Softmax layer gives zero where its mask forbids, also where everything is forbidden, over one axis or two.

"A boolean mask of the same shape as inputs. The mask specifies 1 to keep and 0 to mask."

Oracle: p = e^x / sum e^x over the kept elements of the axes, 0 elsewhere, and 0 throughout where nothing is kept (the sum
over nothing); differentiated by the complex step (``_complex_step.py``). Explanation "uniform where nothing is kept": the
mask subtracts 1e9, in which differences of float32 logits drown: 1/n at each of the n masked elements, with the gradient of a
softmax at equal logits. "one each where nothing is kept": over two axes the layer computes e^(x - log sum e^x), and log(n)
drowns in 1e9 as well, so that each of the n masked elements gets n times as much, 1.

Source: documentation of tf.keras.layers.Softmax.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.layers import _complex_step, _layers

PARAMS = {"axis": ("last", "middle", "both"), "mask": ("none", "some", "nothing_kept")}
# float32; exp of single precision.
RTOL = 2e-6
AXES = {"last": -1, "middle": 1, "both": (1, 2)}


def inputs(axis, mask):
    return {"x": np.random.RandomState(29).normal(size=(2, 3, 4)).astype(np.float32)}


def _kept(axis, mask):
    kept = np.ones((2, 3, 4), bool)
    if mask != "none":
        kept[0, 1, 2] = kept[1, 0, :2] = kept[1, 2, 3] = False
    if mask == "nothing_kept":
        kept[{"last": np.s_[0, 2], "middle": np.s_[0, :, 1], "both": np.s_[0]}[axis]] = False
    return kept


def _answer(axis, mask, each=None):
    kept, axes = _kept(axis, mask), AXES[axis]
    nothing = ~kept.any(axis=axes, keepdims=True)

    def forward(arrays):
        x = arrays["x"]
        e = np.where(kept, np.exp(x), 0.0)
        p = e / np.where(nothing, 1.0, e.sum(axis=axes, keepdims=True))
        if each is not None:
            same = np.exp(x - x.real)
            p = np.where(nothing, each * same / same.sum(axis=axes, keepdims=True), p)
        return {"p": p}

    return _complex_step.expected(forward, inputs(axis, mask))


def oracle(axis, mask):
    return _answer(axis, mask)


def explanations(axis, mask):
    found = {"uniform where nothing is kept": _answer(axis, mask, 1.0)}
    if axis == "both":
        found["one each where nothing is kept"] = _answer(axis, mask, 12.0)
    return found


def build(axis, mask):
    layer = tf.keras.layers.Softmax(axis=AXES[axis])
    keywords = {}
    if mask != "none":
        if not _layers.takes(layer.call, "mask"):
            raise _compat.Unsupported("Softmax()(mask=)")
        keywords["mask"] = tf.constant(_kept(axis, mask))
    return _layers.answers(lambda x: {"p": layer(x, **keywords)}, inputs(axis, mask), {})
