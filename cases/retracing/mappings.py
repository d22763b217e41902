"""Dicts are traced by their keys and the types of their values, whatever the order of insertion.

Guide: "For Python mappings such as dict, the type is also a mapping from the same keys but to the types of values instead the
actual values. [...] However, unlike ordered containers, {1: 2, 3: 4} and {3: 4, 1: 2} have equivalent types."

Oracle: one trace for equal dicts, for the guide's two orders, and for tensors under the same keys; two for another value,
another key, one key more, and for another tensor shape. An OrderedDict in two orders of insertion is a mapping too: by the
guide's words, one.

Source: guide "Better performance with tf.function", Rules of tracing.
"""

import collections

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested"),
    "values": (
        "equal",
        "order",
        "values",
        "keys",
        "more_keys",
        "tensors",
        "tensor_shapes",
        "ordered_dicts",
        "nested_dicts",
    ),
}
EXCLUDE = (
    {
        "way": "method",
        "values": ("order", "values", "keys", "more_keys", "tensors", "tensor_shapes", "ordered_dicts", "nested_dicts"),
    },
)
TRACK = ("traces", "reported_traces")

_TRACES = {"values": 2, "keys": 2, "more_keys": 2, "tensor_shapes": 2}


def oracle(way, values):
    return _count.expected(_TRACES.get(values, 1))


def build(way, values):
    count = _count.Counter()

    def body(value):
        count()
        return tf.constant(0.0)

    ordered = collections.OrderedDict
    calls = {
        "equal": [lambda f: f({1: 2, 3: 4}), lambda f: f({1: 2, 3: 4})],
        "order": [lambda f: f({1: 2, 3: 4}), lambda f: f({3: 4, 1: 2})],
        "values": [lambda f: f({1: 2, 3: 4}), lambda f: f({1: 4, 3: 2})],
        "keys": [lambda f: f({"a": 1}), lambda f: f({"b": 1})],
        "more_keys": [lambda f: f({"a": 1}), lambda f: f({"a": 1, "b": 2}), lambda f: f({"a": 1})],
        "tensors": [lambda f, n=n: f({"x": tf.fill([2], n)}) for n in (0.0, 1.0, 2.0)],
        "tensor_shapes": [lambda f, n=n: f({"x": tf.zeros([n])}) for n in (1, 2, 1)],
        "ordered_dicts": [lambda f, k=k: f(ordered((key, 0) for key in k)) for k in ("ab", "ba")],
        "nested_dicts": [lambda f, n=n: f({"a": {"b": tf.constant(n)}, "c": [1]}) for n in (1, 2)],
    }[values]
    return lambda: _count.ask(body, count, calls, way)[0]
