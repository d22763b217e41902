"""Tapes that overlap without nesting each answer for what was computed while they recorded.

Tape a begins, y1 = x², tape b begins, y2 = x³, tape a ends, y3 = x⁴, tape b ends. The ends come from ``__exit__`` or from
``stop_recording`` around what the tape must not see.

Oracle, by the power rule: a gives 2x, 3x², None; b gives None, 3x², 4x³. y3 is computed as y2 · x, so that b has y2's part.

Source: TensorFlow guide, "Advanced automatic differentiation", Multiple tapes ("multiple tapes interact seamlessly").
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "way": ("exit", "stop_recording"),
    "dtype": ("float32", "float64"),
}
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "dtype": "float64"},
    {"mode": "graph", "dtype": "float64"},
    {"mode": ("nested_graph", "jit"), "way": "stop_recording"},
)


def inputs(dtype, **_):
    return np.array([2.0, -1.5, 0.25], dtype)


def oracle(dtype, **_):
    x = inputs(dtype).astype(np.float64)
    return {"a_y1": 2 * x, "a_y2": 3 * x**2, "a_y3": None, "b_y1": None, "b_y2": 3 * x**2, "b_y3": 4 * x**3}


def build(mode, way, dtype):
    def by_exit(x, a, b):
        a.__enter__()
        a.watch(x)
        y1 = x * x
        b.__enter__()
        b.watch(x)
        y2 = x * x * x
        a.__exit__(None, None, None)
        y3 = y2 * x
        b.__exit__(None, None, None)
        return y1, y2, y3

    def by_stop_recording(x, a, b):
        with a, b:
            a.watch(x)
            b.watch(x)
            with b.stop_recording():
                y1 = x * x
            y2 = x * x * x
            with a.stop_recording():
                y3 = y2 * x
        return y1, y2, y3

    def gradients(x):
        a, b = tf.GradientTape(persistent=True), tf.GradientTape(persistent=True)
        y = (by_exit if way == "exit" else by_stop_recording)(x, a, b)
        return [a.gradient(target, x) for target in y], [b.gradient(target, x) for target in y]

    call = _compat.in_mode(gradients, mode)
    x = tf.constant(inputs(dtype))

    def answer():
        by_a, by_b = call(x)
        named = {"a_y{}".format(number + 1): value for number, value in enumerate(by_a)}
        named.update({"b_y{}".format(number + 1): value for number, value in enumerate(by_b)})
        return named

    return answer
