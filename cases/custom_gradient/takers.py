"""A custom gradient is what every way of asking for a gradient gives, inside the function or outside of it.

The function is y_i = x_i^2 with a grad_fn of 10 times the true gradient. The gradient of sum(w y) is taken by a tape inside the
traced function, by a tape outside of it, by ``tf.gradients`` inside of it, from the tape's Jacobian with and without pfor, and
from a forward accumulator.

Oracle: 20 w x. The Jacobian is diagonal, 20 x, and w times it is the same. A forward accumulator along t gives sum(20 w x t);
with t = 1 for one element at a time that is again 20 w x.

Source: documentation of tf.custom_gradient ("whose gradient (as calculated by tf.gradients) is determined by f(x)[1]").
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "taker": ("tape_inside", "tape_outside", "tf_gradients", "jacobian", "jacobian_loop", "forward"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# tf.gradients has no meaning in eager execution, which it refuses with a RuntimeError.
EXCLUDE = (
    {"taker": "tf_gradients", "mode": "eager"},
    {"mode": "nested_graph", "taker": ("tape_outside", "tf_gradients", "jacobian", "jacobian_loop")},
    {"mode": "jit", "taker": ("tape_outside", "tf_gradients", "jacobian")},
)


def inputs(taker, mode):
    return np.array([-1.0, 0.5, 3.0], np.float32), np.array([0.5, 2.0, -1.0], np.float32)


def oracle(taker, mode):
    x, w = (array.astype(np.float64) for array in inputs(taker, mode))
    return {"dx": 20.0 * w * x}


def explanations(taker, mode):
    x, w = (array.astype(np.float64) for array in inputs(taker, mode))
    return {"true gradient": {"dx": 2.0 * w * x}}


def build(taker, mode):
    x, w = (tf.constant(array) for array in inputs(taker, mode))

    @tf.custom_gradient
    def square(x):
        return x * x, lambda dy: 20.0 * x * dy

    def by_tape(x, function):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(w * function(x))
        return tape.gradient(total, x)

    def by_gradients(x):
        return tf.gradients(tf.reduce_sum(w * square(x)), x)[0]

    def by_jacobian(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = square(x)
        return tf.linalg.matvec(tape.jacobian(y, x, experimental_use_pfor=taker == "jacobian"), w, transpose_a=True)

    def by_accumulator(x):
        found = []
        for tangent in np.eye(3, dtype=np.float32):
            with _compat.forward_accumulator(x, tf.constant(tangent)) as accumulator:
                total = tf.reduce_sum(w * square(x))
            found.append(accumulator.jvp(total))
        return tf.stack(found)

    if taker == "tape_outside":
        traced = _compat.in_mode(square, mode)
        return lambda: {"dx": by_tape(x, traced)}
    inside = {
        "tape_inside": lambda x: by_tape(x, square),
        "tf_gradients": by_gradients,
        "jacobian": by_jacobian,
        "jacobian_loop": by_jacobian,
        "forward": by_accumulator,
    }[taker]
    call = _compat.in_mode(inside, mode)
    return lambda: {"dx": call(x)}
