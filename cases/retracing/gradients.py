"""Differentiating a function does not trace it again.

Guide: "A Function you define [...] is just like a core TensorFlow operation: You can execute it eagerly; you can compute
gradients; and so on", and tracing happens when "no match is found" for the arguments of a call.

Oracle: one trace of f(x) = x^3 for three calls and gradients by the same kind of tape; the derivative at 2 is 12 (3x^2), the
second derivative 12 (6x), the Jacobian of the vector function on (2, 2) has 12 on its diagonal and 0 beside it, f's
directional derivative along 1 is 12. Also one where the gradient is taken inside another function or by tf.gradients in a
graph. Where a custom gradient is decorated, its body is traced once and its gradient's body once, counted together: 2;
tf.recompute_grad is the same, with the function itself as the gradient's body: 2.

Source: guide "Better performance with tf.function", Usage and Rules of tracing.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {
    "way": ("function", "jit"),
    "by": (
        "tape",
        "persistent_tape",
        "second",
        "second_in_function",
        "jacobian",
        "jacobian_loop",
        "accumulator",
        "in_function",
        "tf_gradients",
        "recompute",
        "custom_gradient",
    ),
}
EXCLUDE = (
    {"way": "jit", "by": ("persistent_tape", "second", "second_in_function", "jacobian", "jacobian_loop")},
    {"way": "jit", "by": ("accumulator", "in_function", "tf_gradients", "recompute", "custom_gradient")},
)
TRACK = ("traces",)


def oracle(way, by):
    derivative = 12.0 * np.eye(2) if by.startswith("jacobian") else 12.0
    return {"traces": 2 if by in ("custom_gradient", "recompute") else 1, "derivative": derivative}


def build(way, by):
    count = _count.Counter()
    x = tf.constant([2.0, 2.0] if by.startswith("jacobian") else 2.0)

    def cube(x):
        count()
        return x * x * x

    @tf.custom_gradient
    def custom(x):
        count()

        def grad(upstream):
            count()
            return upstream * 3.0 * x * x

        return x * x * x, grad

    body = {"custom_gradient": lambda x: custom(x), "recompute": tf.recompute_grad(cube)}.get(by, cube)
    function = _count.decorated(body, way)[0]

    def tape():
        with tf.GradientTape(persistent=by == "persistent_tape") as tape:
            tape.watch(x)
            y = function(x)
        if by == "persistent_tape":
            tape.gradient(y, x)
        return tape.gradient(y, x)

    def second():
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = function(x)
            slope = inner.gradient(y, x)
        return outer.gradient(slope, x)

    def jacobian():
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = function(x)
        return tape.jacobian(y, x, experimental_use_pfor=by == "jacobian")

    def accumulator():
        with _compat.forward_accumulator(x, tf.ones_like(x)) as accumulator:
            y = function(x)
        return accumulator.jvp(y)

    differentiate = {
        "second": second,
        "second_in_function": tf.function(second),
        "jacobian": jacobian,
        "jacobian_loop": jacobian,
        "accumulator": accumulator,
        "in_function": tf.function(tape),
        "tf_gradients": tf.function(lambda: tf.gradients(function(x), x)[0]),
    }.get(by, tape)

    def answer():
        for _ in range(3):
            derivative = differentiate()
        return {"traces": count.traces, "derivative": derivative}

    return answer
