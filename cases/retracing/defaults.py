"""An argument left out and its default given are the same call; None is a value like any other.

Guide: "When called, a Function matches the call arguments to existing ConcreteFunctions using TraceType of each argument"; an
argument that is left out has its default as Python binds it. "For Python primitive values, the type corresponds to the value
itself."

Oracle: the number of different argument values after Python has bound them: f(), f(3), f(a=3) with default 3 are one; f(),
f(None), f(a=None) with default None are one; None and False are two; None and a tensor are two; a keyword-only default works
likewise. Explanation "keyword-only default not bound": f(1) and f(1, a=3) with the keyword-only default a=3 are taken for
two.

Source: guide "Better performance with tf.function", Rules of tracing; the Python reference, Calls.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "nested"),
    "calls": (
        "default_3",
        "default_none",
        "none_and_false",
        "none_and_tensor",
        "keyword_only",
        "default_tensor",
        "unused_none",
    ),
}
TRACK = ("traces", "reported_traces")

_TRACES = {"none_and_tensor": 2, "none_and_false": 2}


def oracle(way, calls):
    return _count.expected(_TRACES.get(calls, 1))


def explanations(way, calls):
    return {"keyword-only default not bound": _count.expected(2)} if calls == "keyword_only" else {}


def build(way, calls):
    count = _count.Counter()
    tensor = tf.constant(1.0)

    def default_3(a=3):
        count()
        return tf.constant(0.0)

    def default_none(a=None):
        count()
        return tf.constant(0.0)

    def keyword_only(x, *, a=3):
        count()
        return tf.constant(0.0)

    def default_tensor(a=tensor):
        count()
        return a + 1.0

    def optional(x, mask=None):
        count()
        return x + 1.0

    body, sequence = {
        "default_3": (default_3, [lambda f: f(), lambda f: f(3), lambda f: f(a=3)]),
        "default_none": (default_none, [lambda f: f(), lambda f: f(None), lambda f: f(a=None)]),
        "none_and_false": (default_none, [lambda f: f(), lambda f: f(False), lambda f: f(None)]),
        "none_and_tensor": (
            default_none,
            [lambda f: f(), lambda f: f(tf.constant(1.0)), lambda f: f(tf.constant(2.0))],
        ),
        "keyword_only": (keyword_only, [lambda f: f(1), lambda f: f(1, a=3), lambda f: f(x=1)]),
        "default_tensor": (default_tensor, [lambda f: f(), lambda f: f(tensor), lambda f: f(tf.constant(2.0))]),
        "unused_none": (optional, [lambda f: f(tf.ones([2])), lambda f: f(tf.zeros([2]), mask=None)]),
    }[calls]
    return lambda: _count.ask(body, count, sequence, way)[0]
