"""Python values that compare equal but are of different type, or differ in sign, do not share a trace.

1, 1.0 and True are equal in Python and have one hash, and so are 0.0 and -0.0; f(x) = tf.constant(x) and f(x) = 1 /
tf.constant(x) do not give the same for them. API: tf.function "treats any pure Python values as opaque objects (best thought
of as compile-time constants), and builds a separate tf.Graph for each set of Python arguments that it encounters".

Oracle: two traces, and the second call gives the second value, in its own type: what eager execution gives. Whether 1 and 1.0
are one "value" the documentation leaves open; that a compile-time constant is replaced by another one it does not allow.
``unequal``, 1 and 2.0, is the control.
Explanation "matched by Python equality": one trace, and the second call returns the first one's result.

Source: guide "Better performance with tf.function", Rules of tracing; API documentation of tf.function.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "jit"),
    "pair": ("int_float", "int_bool", "bool_int", "float_int", "signed_zeros", "lists", "unequal"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"way": "jit", "pair": "unequal"},)
TRACK = ("traces", "reported_traces")

_PAIRS = {
    "int_float": (1, 1.0),
    "int_bool": (1, True),
    "bool_int": (True, 1),
    "float_int": (1.0, 1),
    "signed_zeros": (0.0, -0.0),
    "lists": ([1, 2], [1.0, 2.0]),
    "unequal": (1, 2.0),
}
_DTYPES = {int: "int32", float: "float32", bool: "bool"}


def _result(pair, value):
    if pair == "signed_zeros":
        return "-inf" if str(value).startswith("-") else "inf"
    return _DTYPES[type(value[0] if isinstance(value, list) else value)]


def oracle(way, pair):
    return dict(_count.expected(2), second=_result(pair, _PAIRS[pair][1]))


def explanations(way, pair):
    if pair == "unequal":
        return {}
    return {"matched by Python equality": dict(_count.expected(1), second=_result(pair, _PAIRS[pair][0]))}


def build(way, pair):
    count = _count.Counter()

    def body(value):
        count()
        return 1.0 / tf.constant(value) if pair == "signed_zeros" else tf.constant(value)

    def answer():
        counts, results = _count.ask(body, count, [_count.once(value) for value in _PAIRS[pair]], way)
        second = results[-1]
        return dict(counts, second=str(second.numpy()) if pair == "signed_zeros" else second.dtype.name)

    return answer
