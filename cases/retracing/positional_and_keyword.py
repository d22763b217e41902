"""It does not matter whether an argument is given by position or by keyword, or in which order the keywords come.

Guide: "When called, a Function matches the call arguments to existing ConcreteFunctions using TraceType of each argument",
and for mappings: "unlike ordered containers, {1: 2, 3: 4} and {3: 4, 1: 2} have equivalent types". How arguments are spelled
is not part of it.

Oracle: f(1, 2), f(1, b=2), f(a=1, b=2), f(b=2, a=1) bind the same values in Python: one trace; likewise for tensors, for
``**options`` in two orders, and for ``*rest``. f(1, 2) and f(b=1, a=2) bind different values: two.

Source: guide "Better performance with tf.function", Rules of tracing; the Python reference, Calls.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "nested"),
    "calls": ("python", "tensors", "options", "tensor_options", "rest", "swapped"),
}
TRACK = ("traces", "reported_traces")


def oracle(way, calls):
    return _count.expected(2 if calls == "swapped" else 1)


def build(way, calls):
    count = _count.Counter()

    def two(a, b):
        count()
        return tf.constant(0.0)

    def options(a, **options):
        count()
        return tf.constant(0.0)

    def rest(a, *rest):
        count()
        return tf.constant(0.0)

    t = tf.constant
    python = [lambda f: f(1, 2), lambda f: f(1, b=2), lambda f: f(a=1, b=2), lambda f: f(b=2, a=1)]
    tensors = [
        lambda f: f(t(1), t(2)),
        lambda f: f(t(1), b=t(2)),
        lambda f: f(a=t(3), b=t(4)),
        lambda f: f(b=t(2), a=t(1)),
    ]
    body, sequence = {
        "python": (two, python),
        "tensors": (two, tensors),
        "options": (options, [lambda f: f(1, b=2, c=3), lambda f: f(1, c=3, b=2), lambda f: f(c=3, b=2, a=1)]),
        "tensor_options": (options, [lambda f: f(t(1), b=t(2), c=t(3)), lambda f: f(t(1), c=t(3), b=t(2))]),
        "rest": (rest, [lambda f: f(1, 2, 3), lambda f: f(*(1, 2, 3)), lambda f: f(1, *[2, 3])]),
        "swapped": (two, [lambda f: f(1, 2), lambda f: f(b=1, a=2)]),
    }[calls]
    return lambda: _count.ask(body, count, sequence, way)[0]
