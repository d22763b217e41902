"""A function that is traced by each of its last five calls logs a warning that says so, and one that is not does not.

The warning's words: "5 out of the last 5 calls to <function> triggered tf.function retracing. Tracing is expensive and the
excessive number of tracings could be due to (1) creating @tf.function repeatedly in a loop, (2) passing tensors with
different shapes, (3) passing Python objects instead of tensors."

Oracle: whether anything is logged (``warned``, 0 or 1). The three reasons, in a loop of six calls, must be told: 1. Six calls
of one type must not: 0; nor one new type in ten calls, which is not excessive; nor functions of different code that are each
traced once. The documentation gives no number of warnings, so that is not judged. Explanation "loop not told": functions
created in a loop are not counted together.

Source: the message itself; guide "Better performance with tf.function", Controlling retracing.
"""

import tensorflow as tf

from cases.retracing import _warnings

PARAMS = {
    "calls": (
        "created_in_loop",
        "shapes",
        "python",
        "methods",
        "one_type",
        "every_tenth",
        "different_functions",
    )
}
TRACK = ("warned",)
ISOLATE = "point"

_WARNED = ("created_in_loop", "shapes", "python", "methods")


def oracle(calls):
    return {"warned": 1 if calls in _WARNED else 0}


def explanations(calls):
    return {"loop not told": {"warned": 0}} if calls in ("created_in_loop", "methods") else {}


def build(calls):
    def body(x):
        return tf.zeros([2])

    class Owner(object):
        @tf.function
        def method(self, x):
            return tf.zeros([2])

    x = tf.ones([2])
    function = tf.function(body)
    different = [
        tf.function(lambda x: x + 1.0),
        tf.function(lambda x: x + 2.0),
        tf.function(lambda x: x + 3.0),
        tf.function(lambda x: x + 4.0),
        tf.function(lambda x: x + 5.0),
        tf.function(lambda x: x + 6.0),
    ]

    def loop():
        kept = []
        for i in range(60 if calls == "every_tenth" else 6):
            kept.append(Owner())
            {
                "created_in_loop": lambda: tf.function(body)(x),
                "shapes": lambda: function(tf.ones([i])),
                "python": lambda: function(i),
                "methods": lambda: kept[-1].method(x),
                "one_type": lambda: function(x),
                "every_tenth": lambda: function(tf.ones([i // 10])),
                "different_functions": lambda: different[i](x),
            }[calls]()

    return lambda: {"warned": min(1, len(_warnings.warnings_of(loop)))}
