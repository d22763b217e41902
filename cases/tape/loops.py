"""The gradient of a recurrence is right through every spelling of its loop.

The logistic map x <- r x (1 - x), ``steps`` times from x = 0.1 with r = 1.5 (well conditioned: x stays below the fixed point
1/3), as a Python ``while`` and ``for`` over tensors, which AutoGraph makes loops of in a graph, as ``tf.while_loop``,
``tf.scan`` and ``tf.foldl``. ``tape`` is inside the decorated function or outside of it.

Oracle: by the chain rule, with s = dx/dx0 and t = dx/dr along the way, from s = 1, t = 0:
s <- r (1 - 2x) s and t <- x (1 - x) + r (1 - 2x) t.

Source: documentation of tf.while_loop, tf.scan and tf.foldl; TensorFlow guide, "Introduction to gradients", Control flow.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "spelling": ("python_while", "python_for", "while_loop", "scan", "foldl"),
    "steps": (1, 6),
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "tape": ("inside", "outside"),
}
# Where nothing is decorated, the tape is outside of nothing.
EXCLUDE = (
    {"mode": ("eager", "nested_graph"), "tape": "outside"},
    {"mode": ("graph", "nested_graph", "jit"), "steps": 1},
    {"mode": ("nested_graph", "jit"), "spelling": ("scan", "foldl")},
    {"mode": "jit", "tape": "outside", "spelling": ("python_while", "python_for")},
    {"mode": "graph", "tape": "outside", "spelling": ("python_for", "while_loop", "scan")},
    {"mode": "nested_graph", "spelling": ("python_for", "while_loop")},
    {"mode": "graph", "spelling": "foldl"},
)


def inputs(**_):
    return np.float32(0.1), np.float32(1.5)


def oracle(steps, **_):
    x, r = (float(value) for value in inputs())
    dx, dr = 1.0, 0.0
    for _step in range(steps):
        slope = r * (1.0 - 2.0 * x)
        dx, dr = slope * dx, x * (1.0 - x) + slope * dr
        x = r * x * (1.0 - x)
    return {"value": np.float64(x), "dx": np.float64(dx), "dr": np.float64(dr)}


def build(spelling, steps, mode, tape):
    def step(x, r):
        return r * x * (1.0 - x)

    def python_while(x, r):
        k = tf.constant(0)
        while k < steps:
            x = step(x, r)
            k += 1
        return x

    def python_for(x, r):
        for _ in tf.range(steps):
            x = step(x, r)
        return x

    def while_loop(x, r):
        return tf.while_loop(
            lambda k, x: k < steps, lambda k, x: (k + 1, step(x, r)), (tf.constant(0), x), maximum_iterations=steps
        )[1]

    spellings = {
        "python_while": python_while,
        "python_for": python_for,
        "while_loop": while_loop,
        "scan": lambda x, r: tf.scan(lambda x, _: step(x, r), tf.range(steps), initializer=x)[-1],
        "foldl": lambda x, r: tf.foldl(lambda x, _: step(x, r), tf.range(steps), initializer=x),
    }
    forward = spellings[spelling]
    if tape == "outside":
        forward = _compat.in_mode(forward, mode)

    def gradients(x, r):
        with tf.GradientTape() as recorder:
            recorder.watch([x, r])
            y = forward(x, r)
        return (y,) + tuple(recorder.gradient(y, [x, r]))

    call = _compat.in_mode(gradients, mode) if tape == "inside" else gradients
    x, r = (tf.constant(value) for value in inputs())

    def answer():
        value, dx, dr = call(x, r)
        return {"value": value, "dx": dx, "dr": dr}

    return answer
