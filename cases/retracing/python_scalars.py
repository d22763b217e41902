"""A tf.function is traced once per Python value that it is given, not once per call.

Guide: "For Python primitive values, the type corresponds to the value itself. For example, the TraceType of the value 3 is
LiteralTraceType<3>, not int." API: tf.function "builds a separate tf.Graph for each set of Python arguments that it
encounters".

Oracle: the number of different values among the arguments, whatever their order. NaN is one value, though it is not equal to
itself; the documentation does not say so, but a trace for it is as good the second time. Explanation "NaN never matches": one
trace for each NaN object.

Source: guide "Better performance with tf.function", Rules of tracing; API documentation of tf.function.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested", "jit"),
    "values": ("equal", "different", "alternating", "strings_equal", "strings_different", "floats", "bools", "nans"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = (
    {
        "way": ("jit", "method", "nested"),
        "values": ("different", "alternating", "strings_equal", "strings_different", "floats", "bools"),
    },
)
TRACK = ("traces", "reported_traces")

_VALUES = {
    "equal": (1, 1, 1),
    "different": (1, 2, 3),
    "alternating": (1, 2, 1, 2),
    "strings_equal": ("relu", "".join(("re", "lu"))),
    "strings_different": ("relu", "tanh"),
    "floats": (0.5, 1.5, 0.5),
    "bools": (True, False, True),
    "nans": (float("nan"), float("nan"), float("nan")),
}


def oracle(way, values):
    return _count.expected(1 if values == "nans" else len(set(_VALUES[values])))


def explanations(way, values):
    return {"NaN never matches": _count.expected(3)} if values == "nans" else {}


def build(way, values):
    count = _count.Counter()

    def body(value):
        count()
        return tf.constant(0.0)

    return lambda: _count.ask(body, count, [_count.once(value) for value in _VALUES[values]], way)[0]
