"""Penalties add their derivative to the gradient, and constraints project the weights after a step.

Oracle: l1 |w|: l1 sign(w), with 0 at w = 0; l2 w^2: 2 l2 w; both: their sum; a penalty on activities, l2 y^2 over the
batch size n: 2 l2 x^T y / n. After a step of SGD, w' = w - r g, columns are scaled by
min(1, c / |w'|) (max_norm), by 1 / |w'| (unit_norm), by a norm within two bounds (min_max_norm), or negative weights are zero
(non_neg).

Explanation "not divided by the batch size": the penalty on activities as their sum, against the documentation's "the value
returned by the activity_regularizer is divided by the input batch size".

Source: documentation of tf.keras.regularizers.Regularizer and tf.keras.constraints; keras-team/keras #22018 (activities).
"""

import numpy as np
import tensorflow as tf

PARAMS = {
    "kind": ("l1", "l2", "l1_l2", "activity", "max_norm", "unit_norm", "min_max_norm", "non_neg"),
}
# float32. Constraints add 1e-7 to the norm that they divide by, which is allowed for here.
RTOL = 2e-6


def inputs(kind):
    random = np.random.RandomState(53)
    kernel = random.normal(size=(4, 3)).astype(np.float32)
    kernel[1, 2] = kernel[3, 0] = 0.0
    return random.normal(size=(5, 4)).astype(np.float32), kernel


def oracle(kind):
    x, w = (array.astype(np.float64) for array in inputs(kind))
    g = x.T @ np.ones((5, 3))
    if kind == "activity":
        y = x @ w
        return {"kernel": g + 2 * 0.25 * x.T @ y / 5, "penalty": 0.25 * (y**2).sum() / 5}
    if kind.startswith("l"):
        l1, l2 = 0.5 * ("l1" in kind), 0.25 * ("l2" in kind)
        return {"kernel": g + l1 * np.sign(w) + 2 * l2 * w, "penalty": l1 * np.abs(w).sum() + l2 * (w**2).sum()}
    w = w - 0.125 * g
    norms = np.sqrt((w**2).sum(axis=0))
    if kind == "non_neg":
        return {"kernel": np.maximum(w, 0)}
    bounds = {"max_norm": (0, 1.5), "unit_norm": (1, 1), "min_max_norm": (1.25, 1.5)}[kind]
    return {"kernel": w * np.clip(norms, *bounds) / norms}


def explanations(kind):
    if kind != "activity":
        return {}
    x, w = (array.astype(np.float64) for array in inputs(kind))
    y = x @ w
    wrong = {"kernel": x.T @ np.ones((5, 3)) + 2 * 0.25 * x.T @ y, "penalty": 0.25 * (y**2).sum()}
    return {"not divided by the batch size": wrong}


def build(kind):
    x, kernel = inputs(kind)
    regularizers, constraints = tf.keras.regularizers, tf.keras.constraints
    options = {
        "l1": lambda: {"kernel_regularizer": regularizers.L1L2(l1=0.5)},
        "l2": lambda: {"kernel_regularizer": regularizers.L1L2(l2=0.25)},
        "l1_l2": lambda: {"kernel_regularizer": regularizers.L1L2(0.5, 0.25)},
        "activity": lambda: {"activity_regularizer": regularizers.L1L2(l2=0.25)},
        "max_norm": lambda: {"kernel_constraint": constraints.MaxNorm(1.5)},
        "unit_norm": lambda: {"kernel_constraint": constraints.UnitNorm()},
        "min_max_norm": lambda: {"kernel_constraint": constraints.MinMaxNorm(1.25, 1.5)},
        "non_neg": lambda: {"kernel_constraint": constraints.NonNeg()},
    }[kind]()
    layer = tf.keras.layers.Dense(3, use_bias=False, **options)
    x = tf.constant(x)
    layer(x)
    variable = layer.trainable_variables[0]
    variable.assign(kernel)
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.125)

    def answer():
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(layer(x))
            penalty = tf.add_n(layer.losses) if layer.losses else tf.constant(0.0)
            total = value + penalty
        slope = tape.gradient(total, variable)
        if "_regularizer" in list(options)[0]:
            return {"kernel": slope, "penalty": penalty}
        optimizer.apply_gradients([(slope, variable)])
        return {"kernel": variable.numpy()}

    return answer
