"""MultiHeadAttention gives its definition and its gradient under masks, whether or not the weights are asked for as well.

attention: a mask with an allowed position for every query. empty_row: one query may attend to nothing. query_masked: that
query is masked by a Masking layer, so that nothing remains for it either. query_argument: the same mask given as
``query_mask``. value_masked: values are masked by a Masking layer; value_masked_twice: asked for a second time with the same
tensors, as the layers of a decoder ask their encoder's output.

Oracle: with projections q, k, v of the inputs, weights p_ij = e^(q_i . k_j / sqrt(d)) / sum over allowed l, 0 where "0
indicates no attention"; where nothing is allowed, all weights are 0 and the output is the bias. Output is the projection of p
v. Differentiated by the complex step (``_complex_step.py``).

Explanations: "uniform over an empty row": a query that may attend to nothing attends to all positions, padding included, with
the same weight 1/n, since the mask subtracts 1e9 from all its scores (whose differences drown in it, but not their gradient);
"uniform and constant over an empty row": the same value, with scores replaced by a constant, so that no gradient passes;
"mask ignored": as without one. (``query_mask`` is overwritten; and a call takes the mask off the tensors that it was called
with, so that the next one does not see it.)

Source: documentation of tf.keras.layers.MultiHeadAttention; Vaswani et al. 2017.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.layers import _complex_step, _layers

SINCE = "2.4"
PARAMS = {
    "mask": (
        "none",
        "attention",
        "empty_row",
        "causal",
        "query_masked",
        "query_argument",
        "value_masked",
        "value_masked_twice",
    ),
    "scores": ("asked", "not_asked"),
}
EXCLUDE = ({"scores": "asked", "mask": ("causal", "query_argument", "value_masked", "value_masked_twice")},)
# float32; three matrix products one after the other.
RTOL = 5e-6
# A bias of the keys adds the same number to all scores of a query, which no softmax sees: its gradient is zero
# but for roundings, which have nothing to be relative to.
ATOL = {"d_key_bias": 1e-5}
SHAPES = {"q": (2, 3, 4), "v": (2, 5, 4)}
SHAPES.update(
    {name + end: (4, 2, 3)[i:] for name in ("query", "key", "value") for i, end in enumerate(("_kernel", "_bias"))}
)
SHAPES.update(output_kernel=(2, 3, 4), output_bias=(4,))


def inputs(mask, scores):
    random = np.random.RandomState(19)
    arrays = {name: random.normal(size=shape, scale=0.7).astype(np.float32) for name, shape in SHAPES.items()}
    # What the Masking layer looks for.
    if mask.startswith("query"):
        arrays["q"][0, 2] = 0.0
    if mask.startswith("value"):
        arrays["v"][1, 3:] = 0.0
    return arrays


def _allowed(mask):
    """Which of 5 positions each of 3 queries of 2 examples may attend to."""
    allowed = np.ones((2, 3, 5), bool)
    if mask in ("attention", "empty_row"):
        allowed = np.random.RandomState(1).uniform(size=(2, 3, 5)) < 0.6
        allowed[:, :, 1] = True
    if mask == "empty_row":
        allowed[1, 0] = False
    if mask == "causal":
        allowed = allowed & np.tri(3, 5, dtype=bool)
    if mask.startswith("query"):
        allowed[0, 2] = False
    if mask.startswith("value"):
        allowed[1, :, 3:] = False
    return allowed


def _answer(mask, scores, empty="zero"):
    allowed = _allowed("none" if empty == "ignored" else mask)[:, None]
    nothing = ~allowed.any(axis=-1, keepdims=True)

    def forward(arrays):
        q, k, v = (
            np.einsum("btd,dnh->bnth", arrays[source], arrays[name + "_kernel"]) + arrays[name + "_bias"][:, None]
            for source, name in (("q", "query"), ("v", "key"), ("v", "value"))
        )
        s = q @ k.transpose(0, 1, 3, 2) / np.sqrt(3.0)
        e = np.where(allowed, np.exp(s), 0.0)
        p = e / np.where(nothing, 1.0, e.sum(axis=-1, keepdims=True))
        if empty == "differentiated":
            same = np.exp(s - s.real)
            p = np.where(nothing, same / same.sum(axis=-1, keepdims=True), p)
        if empty == "constant":
            p = np.where(nothing, 0.2, p)
        y = np.einsum("bnth,nhd->btd", p @ v, arrays["output_kernel"]) + arrays["output_bias"]
        return {"y": y, "p": p} if scores == "asked" else {"y": y}

    found = _complex_step.expected(forward, inputs(mask, scores))
    # The Masking layer multiplies masked rows by zero, gradients too.
    if mask == "query_masked":
        found["d_q"][0, 2] = 0.0
    if mask.startswith("value"):
        found["d_v"][1, 3:] = 0.0
    return found


def oracle(mask, scores):
    return _answer(mask, scores)


def explanations(mask, scores):
    found = {
        "uniform over an empty row": _answer(mask, scores, "differentiated"),
        "uniform and constant over an empty row": _answer(mask, scores, "constant"),
    }
    if mask in ("query_argument", "value_masked_twice"):
        found["mask ignored"] = _answer(mask, scores, "ignored")
    return found


def build(mask, scores):
    arrays = inputs(mask, scores)
    sources = {name: arrays.pop(name) for name in ("q", "v")}
    layer = tf.keras.layers.MultiHeadAttention(num_heads=2, key_dim=3)
    keywords = {"return_attention_scores": scores == "asked"}
    if (mask == "causal" or "masked" in mask) and not _layers.takes(layer.call, "use_causal_mask"):
        raise _compat.Unsupported("MultiHeadAttention()(use_causal_mask=), masks of inputs")
    if mask == "query_argument" and not _layers.takes(layer.call, "query_mask"):
        raise _compat.Unsupported("MultiHeadAttention()(query_mask=)")
    layer(*[tf.constant(array) for array in sources.values()])
    variables = _layers.assign(layer, arrays)
    if mask in ("attention", "empty_row"):
        keywords["attention_mask"] = tf.constant(_allowed(mask))
    if mask == "causal":
        keywords["use_causal_mask"] = True
    if mask == "query_argument":
        keywords["query_mask"] = tf.constant(_allowed(mask).any(axis=-1))
    masking = tf.keras.layers.Masking()

    def function(q, v):
        q = masking(q) if mask == "query_masked" else q
        v = masking(v) if mask.startswith("value") else v
        if mask == "value_masked_twice":
            layer(q, v)
        y = layer(q, v, **keywords)
        return {"y": y[0], "p": y[1]} if scores == "asked" else {"y": y}

    return _layers.answers(function, sources, variables)
