"""tf.config.run_functions_eagerly(True) turns tracing off: the body runs at every call, and no trace is made.

API of tf.config.run_functions_eagerly: "Calling tf.config.run_functions_eagerly(True) will make all invocations of
tf.function run eagerly instead of running as a traced graph function." Guide: it serves "to globally disable and reenable
tf.function".

Oracle, for three calls with one argument: the body runs 3 times (``runs``), and no trace is reported (0); switched on after a
first call, 1 + 3 runs and 1 trace; switched off again after three eager calls, 3 + 1 runs and 1 trace. Inside of another
function nothing is different: the outer one runs its Python too. For an XLA-compiled function the words are the same.

Source: API documentation of tf.config.run_functions_eagerly; guide "Better performance with tf.function", Debugging.
"""

import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested", "jit"),
    "when": ("always", "after_a_call", "switched_off", "new_shapes"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"way": ("jit", "method", "nested"), "when": ("after_a_call", "switched_off", "new_shapes")},)
TRACK = ("runs", "reported_traces")


def oracle(way, when):
    runs = {"always": 3, "after_a_call": 4, "switched_off": 4, "new_shapes": 3}[when]
    return {"runs": runs, "reported_traces": 0 if when in ("always", "new_shapes") else 1}


def build(way, when):
    count = _count.Counter()
    x = tf.constant(1.0)

    def body(x):
        count()
        return x + 1.0

    function, owner = _count.decorated(body, way)
    outer = tf.function(lambda x: function(x))
    call = outer if way == "nested" else function

    def answer(keep=owner):
        try:
            if when == "after_a_call":
                call(x)
            _compat.run_functions_eagerly(True)
            for n in (1, 2, 3):
                call(tf.ones([n]) if when == "new_shapes" else x)
            _compat.run_functions_eagerly(False)
            if when == "switched_off":
                call(x)
        finally:
            _compat.run_functions_eagerly(False)
        counts = _count.counts(count, function)
        return {"runs": counts["traces"], "reported_traces": counts["reported_traces"]}

    return answer
