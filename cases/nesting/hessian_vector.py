"""Four ways to a Hessian-vector product give H v: two of reverse over reverse, forward over reverse, reverse over forward.

``dot``: gradient of <gradient, v>; ``weights``: gradient of the gradient with ``output_gradients=v``; forward over reverse and
reverse over forward with ``tf.autodiff.ForwardAccumulator``.

Oracle: the dense Hessians of ``_hessians.py`` times v.

Source: documentation of tf.autodiff.ForwardAccumulator ("Hessian-vector products"); Pearlmutter, Fast exact multiplication by the
Hessian, 1994.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.nesting import _hessians

PARAMS = {
    "way": ("dot", "weights", "forward_over_reverse", "reverse_over_forward"),
    "function": ("logsumexp", "rosenbrock", "quartic"),
    "mode": ("eager", "graph", "jit"),
    "n": (3, 24),
}
# One size for each mode, one function for XLA: tracing and compiling take the time.
EXCLUDE = (
    {"mode": "eager", "n": 3},
    {"mode": "graph", "n": 24},
    {"mode": "jit", "n": 24},
    {"mode": "jit", "function": "logsumexp"},
    {"mode": "jit", "function": "rosenbrock"},
    {"mode": "eager", "function": "rosenbrock"},
    {"way": "weights", "mode": "jit"},
    {"way": "weights", "function": "rosenbrock"},
    {"way": "reverse_over_forward", "function": "rosenbrock"},
    {"way": "forward_over_reverse", "mode": "eager", "function": "quartic"},
)
# Sums of 48 products, taken twice, with terms that cancel: some tens of ulp.
RTOL = 1e-5


def oracle(function, n, **_):
    v = _hessians.inputs(function, n)[2].astype(np.float64)
    return {"hv": _hessians.hessian(function, n) @ v}


def build(way, function, mode, n):
    matrix, x, v = (tf.constant(value) for value in _hessians.inputs(function, n))
    f = _hessians.in_tensorflow(function, matrix)

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return tape.gradient(y, x)

    def reverse_over_reverse(x, v):
        with tf.GradientTape() as tape:
            tape.watch(x)
            g = gradient(x)
            target = tf.reduce_sum(g * v) if way == "dot" else g
        return tape.gradient(target, x, output_gradients=v if way == "weights" else None)

    def forward_over_reverse(x, v):
        with _compat.forward_accumulator(x, v) as accumulator:
            g = gradient(x)
        return accumulator.jvp(g)

    def reverse_over_forward(x, v):
        with tf.GradientTape() as tape:
            tape.watch(x)
            with _compat.forward_accumulator(x, v) as accumulator:
                y = f(x)
            jvp = accumulator.jvp(y)
        return tape.gradient(jvp, x)

    ways = {"forward_over_reverse": forward_over_reverse, "reverse_over_forward": reverse_over_forward}
    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(ways.get(way, reverse_over_reverse)), mode)
    return lambda: {"hv": call(x, v)}
