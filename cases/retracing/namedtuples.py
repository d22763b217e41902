"""A namedtuple is traced by its class and the types of its fields.

Guide: "For Python ordered containers such as list and tuple, etc., the type is parameterized by the types of their elements".
A namedtuple is such a container; tf.nest documents it as a structure: "namedtuple" is in its list.

Oracle: equal fields are one trace, other Python fields two, tensors of equal type one whatever their values. Two classes with
the same field names, and a namedtuple beside a plain tuple, are different containers: two traces. The function returns its
argument, so the class of the second result is part of the answer: that of the second argument. Explanation "matched by the
elements alone": one trace, and the second result is a First.

Source: guide "Better performance with tf.function", Rules of tracing; API documentation of tf.nest.
"""

import collections

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "method"),
    "values": ("equal", "different", "tensors", "tensor_shapes", "classes", "field_names", "tuple"),
}
TRACK = ("traces", "reported_traces")

First = collections.namedtuple("First", "x y")
Second = collections.namedtuple("Second", "x y")
Other = collections.namedtuple("Other", "u v")

_TRACES = {"equal": 1, "tensors": 1}
_LAST = {"classes": "Second", "field_names": "Other", "tuple": "tuple"}


def oracle(way, values):
    return dict(_count.expected(_TRACES.get(values, 2)), returned=_LAST.get(values, "First"))


def explanations(way, values):
    if values not in _LAST:
        return {}
    return {"matched by the elements alone": dict(_count.expected(1), returned="First")}


def build(way, values):
    count = _count.Counter()

    def body(value):
        count()
        return value

    def zero(n=1):
        return tf.zeros([n])

    calls = {
        "equal": (lambda: First(1, 2), lambda: First(1, 2)),
        "different": (lambda: First(1, 2), lambda: First(2, 1)),
        "tensors": (lambda: First(zero(), 1), lambda: First(zero() + 1.0, 1)),
        "tensor_shapes": (lambda: First(zero(), 1), lambda: First(zero(2), 1)),
        "classes": (lambda: First(zero(), 1), lambda: Second(zero(), 1)),
        "field_names": (lambda: First(zero(), 1), lambda: Other(zero(), 1)),
        "tuple": (lambda: First(zero(), 1), lambda: (zero(), 1)),
    }[values]

    def answer():
        counts, results = _count.ask(body, count, [lambda f, make=make: f(make()) for make in calls], way)
        return dict(counts, returned=type(results[-1]).__name__)

    return answer
