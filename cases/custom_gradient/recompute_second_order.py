"""The second derivative of a recomputed function is the second derivative of the function.

y = x^3 behind ``tf.recompute_grad``, with two nested tapes; ``upstream`` says whether the total is linear in y (sum of w y), so
that the upstream gradient is a constant, or quadratic (sum of w y^2 / 2), so that it depends on x itself.

Oracle: linear: dx = 3 w x^2, second derivative 6 w x. Quadratic, total = sum w x^6 / 2: dx = 3 w x^5, second derivative 15 w
x^4. Wrong answers with a derivation: None or zero, if the gradient of the recomputation is taken for constant; 9 w x^4 for
``quadratic``, if only the upstream gradient's dependence on x counts: d/dx (w y) * 3 x^2 = 9 w x^4.

Source: documentation of tf.recompute_grad and tf.GradientTape.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "upstream": ("linear", "quadratic"),
    "wrapped": ("no", "yes"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
EXCLUDE = (
    {"mode": "nested_graph", "upstream": "quadratic"},
    {"mode": "jit", "wrapped": "no", "upstream": "linear"},
)


def inputs(upstream, wrapped, mode):
    return np.array([1.0, -2.0, 0.5], np.float32), np.array([0.5, -1.0, 2.0], np.float32)


def oracle(upstream, wrapped, mode):
    x, w = (array.astype(np.float64) for array in inputs(upstream, wrapped, mode))
    if upstream == "linear":
        return {"dx": 3.0 * w * x**2, "d2x": 6.0 * w * x}
    return {"dx": 3.0 * w * x**5, "d2x": 15.0 * w * x**4}


def explanations(upstream, wrapped, mode):
    x, w = (array.astype(np.float64) for array in inputs(upstream, wrapped, mode))
    return {
        "no second derivative": {"d2x": None},
        "second derivative of zero": {"d2x": 0.0 * x},
        "upstream alone": {"d2x": 9.0 * w * x**4 if upstream == "quadratic" else None},
    }


def build(upstream, wrapped, mode):
    x, w = (tf.constant(array) for array in inputs(upstream, wrapped, mode))

    def cube(x):
        return x * x * x

    function = tf.recompute_grad(cube) if wrapped == "yes" else cube

    def derivatives(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = function(x)
                total = tf.reduce_sum(w * (y if upstream == "linear" else y * y / 2.0))
            dx = tape.gradient(total, x)
        return dx, outer.gradient(dx, x)

    call = _compat.in_mode(derivatives, mode)

    def answer():
        dx, d2x = call(x)
        return {"dx": dx, "d2x": d2x}

    return answer
