"""Ops that only move elements give back the elements, and their gradients move the weights back.

Nothing is computed, so that every bit stays, NaN and infinities and signed zeros included. A point that differs would be a
fault of the suite.

Oracle: the same index gymnastics in NumPy on the elements' numbers 0 ... 23: y = x[p], and dL/dx[p] = w for L = sum(w y).

Source: documentation of the ops (definitions).
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "op": (
        "identity",
        "reshape",
        "transpose",
        "reverse",
        "roll",
        "split_concat",
        "gather",
        "stack_unstack",
        "space_to_depth",
    ),
    "mode": ("eager", "graph"),
}
EXCLUDE = ({"mode": "graph", "op": ("identity", "reshape", "transpose", "roll", "stack_unstack", "space_to_depth")},)
RTOL = 0.0
ORDER = np.random.RandomState(73).permutation(4)


def inputs(op, mode):
    random = np.random.RandomState(79)
    x = random.normal(size=(4, 6)).astype(np.float32)
    x[0, :4] = [np.inf, -np.inf, np.nan, -0.0]
    return x, random.normal(size=24).astype(np.float32)


def _moved(op, x):
    """The op in NumPy, flat."""
    return {
        "identity": lambda: x,
        "reshape": lambda: x.reshape(3, 8),
        "transpose": lambda: x.T,
        "reverse": lambda: x[::-1, ::-1],
        "roll": lambda: np.roll(x, 2, axis=1),
        "split_concat": lambda: np.concatenate(np.split(x, 3, axis=1)[::-1], axis=1),
        "gather": lambda: x[ORDER],
        "stack_unstack": lambda: np.stack(list(x), axis=1),
        "space_to_depth": lambda: x.reshape(2, 2, 3, 2).transpose(0, 2, 1, 3),
    }[op]().reshape(-1)


def oracle(op, mode):
    x, w = inputs(op, mode)
    dx = np.zeros(24, np.float32)
    dx[_moved(op, np.arange(24).reshape(4, 6))] = w
    y = _moved(op, x)
    return {"y": y, "dx": dx.reshape(4, 6), "sign_of_zero": np.signbit(y)}


def build(op, mode):
    x, w = (tf.constant(array) for array in inputs(op, mode))
    function = {
        "identity": tf.identity,
        "reshape": lambda x: tf.reshape(x, [3, 8]),
        "transpose": tf.transpose,
        "reverse": lambda x: tf.reverse(x, [0, 1]),
        "roll": lambda x: tf.roll(x, 2, axis=1),
        "split_concat": lambda x: tf.concat(tf.split(x, 3, axis=1)[::-1], axis=1),
        "gather": lambda x: tf.gather(x, ORDER),
        "stack_unstack": lambda x: tf.stack(tf.unstack(x), axis=1),
        "space_to_depth": lambda x: tf.nn.space_to_depth(x[None, :, :, None], 2),
    }[op]

    def take(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reshape(function(x), [-1])
        return y, tape.gradient(y, x, output_gradients=w)

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        y, dx = call(x)
        return {"y": y, "dx": tf.convert_to_tensor(dx), "sign_of_zero": np.signbit(y.numpy())}

    return answer
