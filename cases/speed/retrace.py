"""A ``tf.function`` that is called with a new Python integer is traced again, once, and gives the same answer if it ignores it.

Timed: one retrace of a body of n ops, and the run of the new trace. A function keeps its traces as long as it lives, so
memory grows slowly; every 64th call therefore takes a new function, whose first trace it is, and lets the old one go.

Oracle: n sines one after the other; the integer k enters as k - k. One trace for one new integer, from the rules of tracing.

Source: TensorFlow guide, "Better performance with tf.function", Controlling retracing.
"""

import itertools

import numpy as np
import tensorflow as tf

PARAMS = {"n": (1, 8, 64)}
TIMED = {"unit": "traces"}
# float32: 64 sines one after the other, whose derivatives are below one: their roundings add up to some ulp.
RTOL = 4e-6
KEPT_TRACES = 64


def inputs(**_):
    return np.array([0.3, 0.8, 1.3], np.float32)


def oracle(n):
    y = inputs().astype(np.float64)
    for _ in range(n):
        y = np.sin(y)
    return {"y": y, "traces": 1}


def build(n):
    tf.get_logger().setLevel("ERROR")  # retracing is what is timed; it need not be warned of
    x = tf.constant(inputs())
    numbers = itertools.count(1)
    traces = []

    def body(x, k):
        traces.append(k)
        for _ in range(n + k - k):
            x = tf.sin(x)
        return x

    functions = [tf.function(body, autograph=False)]
    functions[0](x, 0)

    def answer():
        k = next(numbers)
        if k % KEPT_TRACES == 0:
            functions[0] = tf.function(body, autograph=False)
        del traces[:]
        return {"y": functions[0](x, k), "traces": len(traces)}

    return answer
