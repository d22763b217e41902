"""Gradients are clipped as documented, also when they are the IndexedSlices of a lookup in which a row occurs several times.

clipnorm: "the gradient of each weight is individually clipped so that its norm is no higher than this value"; clipvalue:
"clipped to be no higher than this value" (in size); global_clipnorm: "the gradient of all weights is clipped so that their
global norm is no higher than this value". The gradient is read off one step of SGD with learning rate 1, or is what
tf.clip_by_... gives.

Oracle: with G the gradients as matrices: G min(1, c / |G|) for each, min(c, max(-c, G)), G min(1, c / |all G|). For a lookup
G_r is the sum of the slices of row r. Explanation "slices clipped before the sum": the same with slices in place of rows,
added up at the end, so that the clipped gradient's norm can be above c, or scaled down though it was below. "not clipped":
the first releases clip in ``minimize`` and in ``fit``, not in ``apply_gradients``.

Source: documentation of tf.keras.optimizers.Optimizer, tf.clip_by_norm, tf.clip_by_value, tf.clip_by_global_norm.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "by": ("clipnorm", "clipvalue", "global_clipnorm", "clip_by_norm", "clip_by_value", "clip_by_global_norm"),
    "gradient": ("dense", "lookup"),
}
LIMITS = {"norm": 1.5, "value": 0.75, "global": 2.0}
# float32; one sum of squares and a root.
RTOL = 3e-6
TOKENS = np.array([1, 3, 1, 1, 0, 3], np.int32)


def inputs(by, gradient):
    """Derivatives by six looked-up vectors of a table (4, 3), which are not far from each other, and by a vector."""
    random = np.random.RandomState(47)
    return (0.6 + 0.3 * random.normal(size=(6, 3))).astype(np.float32), random.normal(size=3).astype(np.float32)


def _clipped(by, arrays):
    kind = "global" if "global" in by else by.replace("clip_by_", "").replace("clip", "")
    limit = LIMITS[kind]
    if kind == "value":
        return [np.clip(array, -limit, limit) for array in arrays]
    norms = [np.sqrt((array**2).sum()) for array in arrays]
    if kind == "global":
        norms = [np.sqrt(sum(norm**2 for norm in norms))] * 2
    return [array * min(1.0, limit / norm) for array, norm in zip(arrays, norms)]


def _rows(slices):
    total = np.zeros((4, 3))
    np.add.at(total, TOKENS, slices)
    return total


def oracle(by, gradient):
    slices, vector = (array.astype(np.float64) for array in inputs(by, gradient))
    table, vector = _clipped(by, [_rows(slices), vector])
    return {"table": table, "vector": vector}


def explanations(by, gradient):
    slices, vector = (array.astype(np.float64) for array in inputs(by, gradient))
    found = {"not clipped": {"table": _rows(slices), "vector": vector}}
    if gradient == "lookup":
        slices, vector = _clipped(by, [slices, vector])
        found["slices clipped before the sum"] = {"table": _rows(slices), "vector": vector}
    return found


def build(by, gradient):
    slices, vector = (tf.constant(array) for array in inputs(by, gradient))
    tokens = tf.constant(TOKENS)
    layers = [tf.keras.layers.Embedding(4, 3), tf.keras.layers.Embedding(1, 3)]
    variables = []
    for layer in layers:
        layer(tf.constant([0]))
        layer.trainable_variables[0].assign(np.zeros(layer.trainable_variables[0].shape, np.float32))
        variables.append(layer.trainable_variables[0])

    def gradients():
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(slices * layers[0](tokens)) + tf.reduce_sum(vector * layers[1](tf.constant([0])))
        table, row = tape.gradient(value, variables)
        return [tf.convert_to_tensor(table) if gradient == "dense" else table, tf.convert_to_tensor(row)]

    def by_function():
        found = gradients()
        if by == "clip_by_global_norm":
            found, _ = tf.clip_by_global_norm(found, LIMITS["global"])
        elif by == "clip_by_norm":
            found = [tf.clip_by_norm(slope, LIMITS["norm"]) for slope in found]
        else:
            found = [tf.clip_by_value(slope, -LIMITS["value"], LIMITS["value"]) for slope in found]
        table, row = (tf.convert_to_tensor(slope) for slope in found)
        return {"table": table, "vector": tf.reshape(row, [3])}

    if by.startswith("clip_by"):
        return by_function
    kind = "global" if "global" in by else by.replace("clip", "")
    try:
        optimizer = tf.keras.optimizers.SGD(learning_rate=1.0, **{by: LIMITS[kind]})
    except TypeError:
        # Only the first releases do not know the argument.
        raise _compat.Unsupported("tf.keras.optimizers.SGD({}=)".format(by))

    def by_step():
        optimizer.apply_gradients(zip(gradients(), variables))
        return {"table": -variables[0].numpy(), "vector": -variables[1].numpy().reshape(3)}

    return by_step
