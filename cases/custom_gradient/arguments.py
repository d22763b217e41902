"""A function with a custom gradient takes the same arguments in a graph as in eager execution.

Arguments beside the tensor x: a Python number, an integer used as a Python integer, a string that chooses a branch, a
number by keyword, a default left alone, a tensor by keyword, and a number from the closure.

Oracle: the function is y = 3 x^2 (whatever way the 3 comes in) with a grad_fn that returns 10 times the true gradient for x and
None for other positional arguments: dx = 60 x. By keyword a tensor has no place in what grad_fn returns: its gradient is None.
Keyword arguments are refused in a graph with a ValueError ("currently supports keywords arguments only when eager execution is
enabled"), so that error is the oracle there. Other Python arguments are not refused:
a graph converts them to tensors, which an integer for ``range`` or a string for ``==`` then no longer is.

Source: documentation of tf.custom_gradient, and its messages.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "argument": ("closure", "default", "number", "python_range", "string", "keyword", "keyword_tensor"),
    "mode": ("eager", "graph"),
}


def inputs(argument, mode):
    return np.array([1.0, -2.0, 0.5], np.float32)


def oracle(argument, mode):
    x = inputs(argument, mode).astype(np.float64)
    if argument.startswith("keyword") and mode == "graph":
        return {"error": "ValueError", "y": None, "dx": None, "dother": None}
    return {"error": "none", "y": 3.0 * x * x, "dx": 60.0 * x, "dother": None}


def build(argument, mode):
    x, three = tf.constant(inputs(argument, mode)), tf.constant(3.0)

    def times_three(y, other):
        if argument == "python_range":
            return tf.add_n([y for _ in range(other)])
        if argument == "string":
            return 3.0 * y if other == "three" else -y
        return y * (3.0 if argument == "closure" else other)

    @tf.custom_gradient
    def alone(x, other=3.0):
        return times_three(x * x, other), lambda dy: 60.0 * x * dy

    @tf.custom_gradient
    def with_other(x, other):
        return times_three(x * x, other), lambda dy: (60.0 * x * dy, None)

    function = {
        "closure": alone,
        "default": alone,
        "number": lambda x: with_other(x, 3.0),
        "python_range": lambda x: with_other(x, 3),
        "string": lambda x: with_other(x, "three"),
        "keyword": lambda x: alone(x, other=3.0),
        "keyword_tensor": lambda x: alone(x, other=three),
    }[argument]

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch([x, three])
            y = function(x)
        return (y,) + tuple(tape.gradient(y, [x, three]))

    call = _compat.in_mode(gradient, mode)

    def answer():
        found = {"y": None, "dx": None, "dother": None}

        def ask():
            found["y"], found["dx"], found["dother"] = call(x)

        if argument.startswith("keyword"):
            found["error"] = _compat.error_of(ask)
        else:
            ask()
            found["error"] = "none"
        return found

    return answer
