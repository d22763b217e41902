"""Lists and tuples are traced by the types of their elements: equal ones share a trace, other values, orders or lengths do not.

Guide: "For Python ordered containers such as list and tuple, etc., the type is parameterized by the types of their elements;
for example, the type of [1, 2] is ListTraceType<LiteralTraceType<1>, LiteralTraceType<2>> and the type for [2, 1] is
ListTraceType<LiteralTraceType<2>, LiteralTraceType<1>> which is different."

Oracle: new lists [1, 2] and [1, 2] are one trace, [1, 2] and [2, 1] two; lists of tensors of equal shapes are one whatever
the values, two for other shapes; a longer list is a second trace, and so is the empty one; a list and a tuple are different
containers: two (the guide gives each container its own type name but no example).

Source: guide "Better performance with tf.function", Rules of tracing.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested"),
    "values": ("equal", "order", "length", "empty", "list_tuple", "nested_equal", "tensors", "tensor_shapes", "mixed"),
}
EXCLUDE = (
    {
        "way": "method",
        "values": ("order", "length", "empty", "list_tuple", "nested_equal", "tensors", "tensor_shapes", "mixed"),
    },
)
TRACK = ("traces", "reported_traces")

_TRACES = {"equal": 1, "nested_equal": 1, "tensors": 1}


def oracle(way, values):
    return _count.expected(_TRACES.get(values, 2))


def build(way, values):
    count = _count.Counter()

    def body(value):
        count()
        return tf.constant(0.0)

    calls = {
        "equal": [lambda f: f([1, 2]), lambda f: f([1, 2])],
        "order": [lambda f: f([1, 2]), lambda f: f([2, 1]), lambda f: f([1, 2])],
        "length": [lambda f: f([1, 2]), lambda f: f([1, 2, 3])],
        "empty": [lambda f: f([]), lambda f: f([1]), lambda f: f([])],
        "list_tuple": [lambda f: f([1, 2]), lambda f: f((1, 2)), lambda f: f([1, 2])],
        "nested_equal": [lambda f: f([1, (2, [3])]), lambda f: f([1, (2, [3])])],
        "tensors": [lambda f, n=n: f([tf.fill([2], n), tf.fill([3], n)]) for n in (0.0, 1.0, 2.0)],
        "tensor_shapes": [lambda f, n=n: f([tf.zeros([n])]) for n in (1, 2, 1)],
        "mixed": [lambda f, n=n: f((tf.zeros([2]), n)) for n in (1, 2, 1)],
    }[values]
    return lambda: _count.ask(body, count, calls, way)[0]
