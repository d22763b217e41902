"""A traced ``tf.function`` of n scalar tensors gives their sum, and calling it again traces nothing.

Timed: the call of a function that is already traced and does next to nothing (one AddN), so what is left is the call: looking up
the trace for n arguments, handing them over, starting the executor.

Oracle: the arguments are k / 8 for k = 1..n; their sum, n (n + 1) / 16, has no rounding in float32 for these n.

Source: TensorFlow guide, "Better performance with tf.function".
"""

import tensorflow as tf

PARAMS = {"n": (1, 8, 64)}
TIMED = {"unit": "calls"}


def oracle(n):
    return {"total": n * (n + 1) / 16.0, "traces": 1}


def build(n):
    traces = []

    @tf.autograph.experimental.do_not_convert
    def total(*arguments):
        traces.append(None)
        return tf.add_n(arguments)

    function = tf.function(total)
    arguments = [tf.constant(k / 8.0) for k in range(1, n + 1)]
    function(*arguments)
    return lambda: {"total": function(*arguments), "traces": len(traces)}
