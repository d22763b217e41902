"""A loss after k gradient-descent steps has its right gradient, by the start and by the learning rate.

Inner loss L(w) = w'A w / 2 - c'w, k steps w <- w - r L'(w), outer loss M = |w_k - m|² / 2 (MAML, unrolled). ``first_order`` puts
``tf.stop_gradient`` on the inner gradients.

Oracle: L'(w) = A w - c with A symmetric, so w_(j+1) = (I - r A) w_j + r c. dM/dw_0 = (I - r A)^k (w_k - m), and with
u_j = dw_j/dr, u_0 = 0, u_(j+1) = (I - r A) u_j - L'(w_j): dM/dr = u_k'(w_k - m). First order: I in place of I - r A in both.

Source: Finn et al., Model-agnostic meta-learning, 2017; TensorFlow guide, Higher-order gradients.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "steps": (1, 3, 10),
    "inner": ("full", "first_order"),
}
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "steps": 10},
    {"mode": ("graph", "nested_graph", "jit"), "steps": 1},
    {"mode": ("graph", "nested_graph", "jit"), "inner": "first_order"},
    {"mode": "graph", "steps": 10},
)
# Ten products by a matrix one after another: some tens of ulp.
RTOL = 1e-5


def inputs(**_):
    random = np.random.RandomState(31)
    a = random.normal(size=(4, 4))
    # Small integers over 4: exactly symmetric in float32, with eigenvalues between 0.5 and 2.5.
    a = np.round(4.0 * (a @ a.T) / np.abs(a @ a.T).sum(axis=1).max()) / 4.0 + 1.5 * np.eye(4)
    return tuple(value.astype(np.float32) for value in [a] + [random.normal(size=4) for _ in range(3)]) + (0.125,)


def oracle(steps, inner, **_):
    a, c, m, w, rate = (np.asarray(value, np.float64) for value in inputs())
    factor = np.eye(4) if inner == "first_order" else np.eye(4) - rate * a
    by_start, by_rate = np.eye(4), np.zeros(4)
    for _step in range(steps):
        g = a @ w - c
        by_start, by_rate = factor @ by_start, factor @ by_rate - g
        w = w - rate * g
    return {"loss": ((w - m) ** 2).sum() / 2.0, "dw": by_start.T @ (w - m), "dr": by_rate @ (w - m)}


def build(mode, steps, inner):
    a, c, m, w, rate = (tf.constant(value) for value in inputs())

    def inner_gradient(w):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_sum(w * tf.linalg.matvec(a, w)) / 2.0 - tf.reduce_sum(c * w)
        gradient = tape.gradient(loss, w)
        return tf.stop_gradient(gradient) if inner == "first_order" else gradient

    def outer(start, rate):
        with tf.GradientTape() as tape:
            tape.watch([start, rate])
            w = start
            for _ in range(steps):
                w = w - rate * inner_gradient(w)
            loss = tf.reduce_sum((w - m) ** 2) / 2.0
        return [loss] + tape.gradient(loss, [start, rate])

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(outer), mode)
    return lambda: dict(zip(("loss", "dw", "dr"), call(w, rate)))
