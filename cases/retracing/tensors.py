"""A tensor is traced by its dtype and shape: values do not matter, and every new dtype, shape or rank is one trace.

API: "For Tensor arguments, tf.function creates a new ConcreteFunction for every unique set of input shapes and datatypes."
Guide: "if you repeatedly call a Function with the same argument type, TensorFlow will skip the tracing stage and reuse a
previously traced graph".

Oracle: the number of different (dtype, shape) among the arguments: 1 for three values of one type; 3 for shapes (1,), (2,),
(3,); 3 for ranks 0, 1, 2; 3 for float32, float64, int32; and 2 when two types alternate. Two arguments count as pairs:
(1,)(2,), (2,)(1,), (1,)(2,) are 2.

Source: API documentation of tf.function, Retracing; guide "Better performance with tf.function", Tracing.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested", "jit"),
    "new": ("values", "shapes", "ranks", "dtypes", "alternating", "pairs", "empty"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"way": ("jit", "method", "nested"), "new": ("shapes", "ranks", "dtypes", "alternating", "pairs", "empty")},)
TRACK = ("traces", "reported_traces")

_TRACES = {"values": 1, "shapes": 3, "ranks": 3, "dtypes": 3, "alternating": 2, "pairs": 2, "empty": 2}


def oracle(way, new):
    return _count.expected(_TRACES[new])


def build(way, new):
    count = _count.Counter()

    def body(*values):
        count()
        return values[0] + values[0]

    calls = {
        "values": [lambda f, n=n: f(tf.constant(n)) for n in (1, 2, 3)],
        "shapes": [lambda f, n=n: f(tf.zeros([n])) for n in (1, 2, 3)],
        "ranks": [lambda f, n=n: f(tf.zeros([1] * n)) for n in (0, 1, 2)],
        "dtypes": [lambda f, dtype=dtype: f(tf.zeros([2], dtype)) for dtype in (tf.float32, tf.float64, tf.int32)],
        "alternating": [lambda f, n=n: f(tf.zeros([n])) for n in (1, 2, 1, 2)],
        "pairs": [lambda f, n=n: f(tf.zeros([n]), tf.zeros([3 - n])) for n in (1, 2, 1)],
        "empty": [lambda f, n=n: f(tf.zeros([n, 2])) for n in (0, 1, 0)],
    }[new]
    return lambda: _count.ask(body, count, calls, way)[0]
