"""Functions that are made separately do not share traces, and one that is made once is traced once.

Guide: "If you need to force retracing, create a new Function. Separate Function objects are guaranteed not to share traces",
with the example tf.function(f)(); tf.function(f)(), which prints 'Tracing!' twice.

Oracle: n calls of functions made in a loop of n are n traces; of one made before the loop, one; the same for a decorated
function defined in the loop, for a lambda, a functools.partial, and a callable object. ``again`` decorates a Function a
second time: the inner one is traced when the outer one is, once each, and the body runs once. ``clone_by_class`` makes an
object of a class with a decorated method in every turn: n. ``inside`` makes the functions while another is being traced, n
again.

Source: guide "Better performance with tf.function", Pass tensors instead of python literals.
"""

import functools

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "made": ("before", "in_loop", "defined_in_loop", "lambda", "partial", "callable", "again", "object", "inside"),
    "calls": (4,),
}
TRACK = ("traces",)

_ONCE = ("before", "again")


def oracle(made, calls):
    return {"traces": 1 if made in _ONCE else calls}


def build(made, calls):
    count = _count.Counter()
    x = tf.constant(1.0)

    def body(x):
        count()
        return x + 1.0

    def with_bias(bias, x):
        count()
        return x + bias

    class Adder(object):
        def __call__(self, x):
            count()
            return x + 1.0

        @tf.function
        def method(self, x):
            count()
            return x + 1.0

    def defined():
        @tf.function
        def function(x):
            count()
            return x + 1.0

        return function

    single = tf.function(body)
    twice = tf.function(single)
    kept = []

    def make():
        return {
            "before": lambda: single,
            "in_loop": lambda: tf.function(body),
            "defined_in_loop": defined,
            "lambda": lambda: tf.function(lambda x: body(x)),
            "partial": lambda: tf.function(functools.partial(with_bias, 1.0)),
            "callable": lambda: tf.function(Adder()),
            "again": lambda: twice,
            "object": lambda: kept.append(Adder()) or kept[-1].method,
            "inside": lambda: tf.function(body),
        }[made]()

    def loop():
        for _ in range(calls):
            last = make()(x)
        return last

    def answer():
        (tf.function(loop, autograph=False) if made == "inside" else loop)()
        return {"traces": count.traces}

    return answer
