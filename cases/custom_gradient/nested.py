"""Where custom gradients meet, the outer grad_fn decides, and what it differentiates itself obeys the inner one.

The inner function is square(x) = x^2 with 10 times its gradient. ``outer_decides``: an outer custom gradient calls it and
returns 7 dy. ``outer_asks``: the outer grad_fn takes the gradient of the inner function with a tape of its own. ``in_forward``:
the outer function takes the inner gradient in the forward pass and uses it in grad_fn. ``composed``: inner after outer, both
with factors, by the chain rule. ``both_paths``: the inner function beside a plain square, in one sum.

Oracle: ``outer_decides`` 7 w. ``outer_asks`` and ``in_forward`` 20 w x. ``composed``: h(x) = 3 x with 2 times its gradient,
then square: w * 20 (3 x) * 6 = 360 w x. ``both_paths``: 20 w x + 2 w x = 22 w x.

Source: documentation of tf.custom_gradient ("whose gradient is determined by f(x)[1]").
"""

import numpy as np
import tensorflow as tf

from cases.custom_gradient import _take

PARAMS = {
    "nesting": ("outer_decides", "outer_asks", "in_forward", "composed", "both_paths"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": ("nested_graph", "jit"), "nesting": ("outer_asks", "in_forward", "composed", "both_paths")},)


def inputs(nesting, mode):
    return np.array([1.0, -2.0, 0.5], np.float32), np.array([0.5, -1.0, 2.0], np.float32)


def oracle(nesting, mode):
    x, w = (array.astype(np.float64) for array in inputs(nesting, mode))
    return {
        "outer_decides": {"y": x * x, "dx": 7.0 * w},
        "outer_asks": {"y": x * x, "dx": 20.0 * w * x},
        "in_forward": {"y": x * x, "dx": 20.0 * w * x},
        "composed": {"y": 9.0 * x * x, "dx": 360.0 * w * x},
        "both_paths": {"y": 2.0 * x * x, "dx": 22.0 * w * x},
    }[nesting]


def build(nesting, mode):
    x, w = (tf.constant(array) for array in inputs(nesting, mode))

    @tf.custom_gradient
    def square(x):
        return x * x, lambda dy: 20.0 * x * dy

    @tf.custom_gradient
    def triple(x):
        return 3.0 * x, lambda dy: 6.0 * dy

    @tf.custom_gradient
    def outer_decides(x):
        return square(x), lambda dy: 7.0 * dy

    @tf.custom_gradient
    def outer_asks(x):
        def grad_fn(dy):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = square(x)
            return tape.gradient(y, x, output_gradients=dy)

        return square(x), grad_fn

    @tf.custom_gradient
    def in_forward(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = square(x)
        slope = tape.gradient(y, x)
        return y, lambda dy: slope * dy

    function = {
        "outer_decides": outer_decides,
        "outer_asks": outer_asks,
        "in_forward": in_forward,
        "composed": lambda x: square(triple(x)),
        "both_paths": lambda x: square(x) + x * x,
    }[nesting]

    return _take.answers(function, mode, w, x)
