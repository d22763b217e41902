"""The second derivative of a custom gradient is the derivative of what its grad_fn computes.

y = x^3 with a grad_fn that computes 3 x^2 dy in one of these ways: from the input (``input``); from a factor computed in the
forward pass (``forward``); from such a factor behind ``stop_gradient`` (``stopped``); through the documentation's inner custom
gradient ``first_order_custom(x)``, whose own derivative is set to 60 x (``inner``); and through the pattern that the
documentation warns of, ``@tf.custom_gradient`` on grad_fn itself (``on_grad_fn``).

Oracle: dx = 3 x^2 always. d2x = 6 x for ``input`` and ``forward``; 60 x for ``inner``; None for ``stopped``. For ``on_grad_fn``
the inner gradient is with respect to the upstream gradient, which does not depend on x: None, "not the 2nd order gradient".
(The explanation "derivative of the recorded operations", 6 x, is what differentiating the body of grad_fn gives.)

Source: documentation of tf.custom_gradient; tensorflow/tensorflow #34503.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "grad_fn": ("input", "forward", "stopped", "inner", "on_grad_fn"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": ("nested_graph", "jit"), "grad_fn": ("forward", "stopped", "inner", "on_grad_fn")},)


def inputs(grad_fn, mode):
    return np.array([-1.5, 0.25, 1.0, 2.0], np.float32)


def oracle(grad_fn, mode):
    x = inputs(grad_fn, mode).astype(np.float64)
    second = {"input": 6.0 * x, "forward": 6.0 * x, "inner": 60.0 * x}
    return {"y": x**3, "dx": 3.0 * x**2, "d2x": second.get(grad_fn)}


def explanations(grad_fn, mode):
    x = inputs(grad_fn, mode).astype(np.float64)
    return {
        "no second derivative": {"d2x": None},
        "second derivative of zero": {"d2x": 0.0 * x},
        "derivative of the recorded operations": {"d2x": 6.0 * x},
    }


def build(grad_fn, mode):
    x = tf.constant(inputs(grad_fn, mode))

    @tf.custom_gradient
    def first_order_custom(x):
        return 3.0 * x * x, lambda ddy: 60.0 * x * ddy

    @tf.custom_gradient
    def cube(x):
        slope = 3.0 * x * x

        @tf.custom_gradient
        def on_grad_fn(dy):
            return 3.0 * x * x * dy, lambda ddy: 3.0 * x * x * ddy

        return (
            x * x * x,
            {
                "input": lambda dy: 3.0 * x * x * dy,
                "forward": lambda dy: slope * dy,
                "stopped": lambda dy: tf.stop_gradient(slope) * dy,
                "inner": lambda dy: first_order_custom(x) * dy,
                "on_grad_fn": on_grad_fn,
            }[grad_fn],
        )

    def derivatives(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = cube(x)
            dx = tape.gradient(y, x)
        return y, dx, outer.gradient(dx, x)

    call = _compat.in_mode(derivatives, mode)

    def answer():
        y, dx, d2x = call(x)
        return {"y": y, "dx": dx, "d2x": d2x}

    return answer
