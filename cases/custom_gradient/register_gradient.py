"""A gradient registered with ``tf.RegisterGradient`` and put in place by ``gradient_override_map`` is the one that is used.

In the graph that a ``tf.function`` traces, Square is overridden by a registered gradient of 10 times the true one. The gradient
of sum(w x^2) is taken by ``tf.gradients`` in the same graph, by a tape in the same graph, and by a tape outside of the
function. ``plain`` overrides nothing.

Oracle: 20 w x where it is overridden, 2 w x for ``plain``. The wrong answer "override ignored" is 2 w x.

Source: documentation of tf.RegisterGradient and of tf.Graph.gradient_override_map ("can be used to override the gradient
function that will be used for ops within the scope of the context"); tensorflow/tensorflow #36870.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "override": ("plain", "square"),
    "taker": ("tf_gradients", "tape_inside", "tape_outside"),
    "mode": ("graph", "nested_graph", "jit"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": ("nested_graph", "jit"), "taker": "tape_outside"},)

_REGISTERED = []


def inputs(override, taker, mode):
    return np.array([1.0, -2.0, 0.5], np.float32), np.array([0.5, -1.0, 2.0], np.float32)


def oracle(override, taker, mode):
    x, w = (array.astype(np.float64) for array in inputs(override, taker, mode))
    return {"dx": (2.0 if override == "plain" else 20.0) * w * x}


def explanations(override, taker, mode):
    x, w = (array.astype(np.float64) for array in inputs(override, taker, mode))
    return {"override ignored": {"dx": 2.0 * w * x}}


def _ten_times(op, upstream):
    return 20.0 * op.inputs[0] * upstream


def build(override, taker, mode):
    x, w = (tf.constant(array) for array in inputs(override, taker, mode))
    if not _REGISTERED:  # the registry is global and takes a name once
        _REGISTERED.append(tf.RegisterGradient("TfdriftTenTimesSquare")(_ten_times))
    names = {} if override == "plain" else {"Square": "TfdriftTenTimesSquare"}

    def square(x):
        with tf.compat.v1.get_default_graph().gradient_override_map(names):
            return tf.square(x)

    def by_gradients(x):
        return tf.gradients(tf.reduce_sum(w * square(x)), x)[0]

    def by_tape(x, function=square):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(w * function(x))
        return tape.gradient(total, x)

    if taker == "tape_outside":
        traced = _compat.in_mode(square, mode)
        return lambda: {"dx": by_tape(x, traced)}
    call = _compat.in_mode(by_gradients if taker == "tf_gradients" else lambda x: by_tape(x), mode)
    return lambda: {"dx": call(x)}
