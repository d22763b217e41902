"""Dot-product and additive attention give their definition and its gradient, under masks of values and of queries and causal.

Oracle: with scores S_ij = q_i . k_j ("dot"), a q_i . k_j ("scaled"), b sum_d tanh(a (q_id + k_jd)) ("concat_scaled") or sum_d
a_d tanh(q_id + k_jd) ("additive"; a = 1 without ``use_scale``), the weights are p_ij = e^S_ij / sum_l e^S_il over the
positions l that the masks allow, and 0 elsewhere; the output is p v, and zero where the query is masked. A causal mask allows
j <= i. Differentiated by the complex step (``_complex_step.py``). No query is without an allowed position, which is
documented as needed.

Source: documentation of tf.keras.layers.Attention and AdditiveAttention; Bahdanau et al. 2015, Luong et al. 2015.
"""

import numpy as np
import tensorflow as tf

from cases.layers import _complex_step, _layers

PARAMS = {
    "form": ("dot", "scaled", "concat_scaled", "additive", "additive_unscaled"),
    "mask": ("none", "value", "causal_query"),
}
EXCLUDE = ({"mask": "none", "form": ("scaled", "concat_scaled", "additive_unscaled")},)
# float32; sums of a few tens of terms and the roundings of exp and tanh.
RTOL = 5e-6
QUERY_MASK = np.array([[1, 1, 0], [0, 1, 1]], bool)
VALUE_MASK = np.array([[1, 1, 1, 0, 0], [1, 0, 1, 0, 1]], bool)


def inputs(form, mask):
    random = np.random.RandomState(17)
    arrays = {
        "q": random.normal(size=(2, 3, 4)),
        "v": random.normal(size=(2, 5, 4)),
        "k": random.normal(size=(2, 5, 4)),
    }
    weights = {
        "dot": {},
        "scaled": {"a": 0.7},
        "concat_scaled": {"a": 0.7, "b": 1.3},
        "additive": {"a": random.normal(size=4)},
        "additive_unscaled": {},
    }
    return {name: np.float32(array) for name, array in dict(arrays, **weights[form]).items()}


def oracle(form, mask):
    def forward(arrays):
        q, v, k, a = arrays["q"], arrays["v"], arrays["k"], arrays.get("a", 1.0)
        pairs = q[:, :, None] + k[:, None]
        if form in ("dot", "scaled"):
            scores = a * (q @ k.transpose(0, 2, 1))
        elif form == "concat_scaled":
            scores = arrays["b"] * np.tanh(a * pairs).sum(axis=-1)
        else:
            scores = (a * np.tanh(pairs)).sum(axis=-1)
        allowed = np.ones(scores.shape, bool)
        if mask != "none":
            allowed = allowed & VALUE_MASK[:, None]
        if mask == "causal_query":
            allowed = allowed & np.tri(3, 5, dtype=bool)
        e = np.where(allowed, np.exp(scores), 0.0)
        y = (e / e.sum(axis=-1, keepdims=True)) @ v
        return {"y": np.where(QUERY_MASK[:, :, None], y, 0.0) if mask == "causal_query" else y}

    return _complex_step.expected(forward, inputs(form, mask))


def build(form, mask):
    arrays = inputs(form, mask)
    sources = {name: arrays.pop(name) for name in ("q", "v", "k")}
    kind = tf.keras.layers.AdditiveAttention if form.startswith("additive") else tf.keras.layers.Attention
    options = {"use_scale": form not in ("dot", "additive_unscaled")}
    if form == "concat_scaled":
        options["score_mode"] = "concat"
    layer, keywords = _layers.attention(kind, mask == "causal_query", **options)
    layer([tf.constant(array) for array in sources.values()])
    variables = _layers.assign(layer, arrays)
    if mask != "none":
        queries = QUERY_MASK if mask == "causal_query" else np.ones_like(QUERY_MASK)
        keywords["mask"] = [tf.constant(queries), tf.constant(VALUE_MASK)]
    return _layers.answers(lambda q, v, k: {"y": layer([q, v, k], **keywords)}, sources, variables)
