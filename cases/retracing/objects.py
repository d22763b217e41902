"""Python objects are matched by their own equality and hashing, as long as they live; changed attributes do not retrace.

Guide: "For any other Python objects, the type is a generic TraceType which uses the object's Python equality and hashing for
matching. (Note: It relies on weakref to the object and hence only works as long as the object is in scope/not deleted.)" and
"it will not create a new trace when you pass the same object with modified attributes". Examples there: the modified
SimpleModel (2 * 10 + 0 = 20 also after bias becomes 5), and Apple(), Mango() created in the call, which trace again each
time.

Oracle: one trace for one object, also after an attribute changes (the result stays that of the first trace); two for two
objects with the default equality, which is identity; one for two objects whose class defines equality and hashing and that
are equal, two when they are not; one for objects that are equal by inheritance from a tuple's class; two for temporaries that
are gone at the second call, also if they would be equal. An object that is not hashable cannot be matched by hashing: the
call is refused (with which error is not documented). Explanation "matched by identity": two traces for two equal objects.
"not refused": an object without a hash is accepted. "dead object matched": one trace, since a new object took a dead one's
place.

Source: guide "Better performance with tf.function", Rules of tracing, Use the tracing protocol, Depending on Python objects.
"""

import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested"),
    "objects": (
        "same",
        "modified",
        "two",
        "equal",
        "unequal",
        "temporaries",
        "equal_temporaries",
        "frozen",
        "unhashable",
    ),
}
EXCLUDE = (
    {
        "way": "method",
        "objects": ("modified", "two", "unequal", "temporaries", "equal_temporaries", "frozen", "unhashable"),
    },
    {"way": "nested", "objects": ("modified", "two", "unequal", "equal_temporaries", "frozen", "unhashable")},
)
TRACK = ("traces", "reported_traces")


class Plain(object):
    def __init__(self, weight, bias):
        self.weight, self.bias = weight, bias


class Comparable(Plain):
    def __eq__(self, other):
        return type(other) is type(self) and (self.weight, self.bias) == (other.weight, other.bias)

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash((self.weight, self.bias))


class Unhashable(Plain):
    def __eq__(self, other):
        return self is other

    __hash__ = None


_TRACES = {"same": 1, "modified": 1, "equal": 1, "frozen": 1}
_LAST = {"two": 25.0, "unequal": 25.0}


def oracle(way, objects):
    if objects == "unhashable":
        return {"refused": True}
    return dict(_count.expected(_TRACES.get(objects, 2)), last=_LAST.get(objects, 20.0))


def explanations(way, objects):
    return {
        "equal": {"matched by identity": _count.expected(2)},
        "temporaries": {"dead object matched": _count.expected(1)},
        "equal_temporaries": {"dead object matched": _count.expected(1)},
        "unhashable": {"not refused": {"refused": False}},
    }.get(objects, {})


def build(way, objects):
    count = _count.Counter()
    x = tf.constant(10.0)
    first, second = Plain(2.0, 0.0), Plain(2.0, 5.0)
    equal, also_equal, unequal = Comparable(2.0, 0.0), Comparable(2.0, 0.0), Comparable(2.0, 5.0)
    frozen = frozenset([2.0])

    def body(model, x):
        count()
        return model.weight * x + model.bias

    def of_set(values, x):
        count()
        return sum(values) * x

    def modify(function):
        first.bias = 5.0

    calls = {
        "same": [lambda f: f(first, x)] * 2,
        "modified": [lambda f: f(first, x), modify, lambda f: f(first, x)],
        "two": [lambda f: f(first, x), lambda f: f(second, x)],
        "equal": [lambda f: f(equal, x), lambda f: f(also_equal, x)],
        "unequal": [lambda f: f(equal, x), lambda f: f(unequal, x)],
        "temporaries": [lambda f: f(Plain(2.0, 0.0), x)] * 2,
        "equal_temporaries": [lambda f: f(Comparable(2.0, 0.0), x)] * 2,
        "frozen": [lambda f: f(frozen, x), lambda f: f(frozenset([2.0]), x)],
        "unhashable": [lambda f: f(Unhashable(2.0, 0.0), x)],
    }[objects]

    def answer():
        if objects == "unhashable":
            return {"refused": _compat.error_of(lambda: _count.ask(body, count, calls, way)) != "none"}
        counts, results = _count.ask(of_set if objects == "frozen" else body, count, calls, way)
        return dict(counts, last=results[-1])

    return answer
