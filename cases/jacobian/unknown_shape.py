"""In a graph traced for any size (``input_signature``), the Jacobian has the size of what comes in.

One trace for vectors of 3 and of 5 elements, with the size or even the rank unknown to the trace.

Oracle: y_i = x_i^2 s with s = sum(x): J_ik = 2 x_i s [i = k] + x_i^2.

Source: documentation of tf.GradientTape.jacobian and of tf.function, input_signature.
"""

import numpy as np
import tensorflow as tf

PARAMS = {"known": ("nothing", "rank"), "loop": ("pfor", "while")}
EXCLUDE = ({"known": "rank", "loop": "while"},)


def inputs(known, loop):
    return np.array([0.5, -1.25, 2.0]), np.array([0.75, 1.0, -0.5, 2.5, -1.75])


def oracle(known, loop):
    short, long = (np.diag(2 * x * x.sum()) + (x * x)[:, None] for x in inputs(known, loop))
    return {"short": short, "long": long, "traces": 1}


def build(known, loop):
    traces = []
    short, long = (tf.constant(x) for x in inputs(known, loop))

    def take(x):
        traces.append(1)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x * tf.reduce_sum(x)
        return tape.jacobian(y, x, experimental_use_pfor=loop == "pfor")

    shape = [None] if known == "rank" else None
    call = tf.function(take, input_signature=[tf.TensorSpec(shape, tf.float64)])

    def answer():
        del traces[:]
        fresh = {"short": call(short), "long": call(long)}
        return dict(fresh, traces=len(traces))

    return answer
