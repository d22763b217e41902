"""get_concrete_function traces as a call does: once per type, and calls that fit an existing trace use it.

API: "f1 = f.get_concrete_function(1); f2 = f.get_concrete_function(2); f1 is f2: False", for tf.constant(1) and
tf.constant(2): True. Guide: "Matching is done by subtyping [...]. For example, TensorShape([1, 2]) is a subtype of
TensorShape([None, None]) and so a call to the tf.function with TensorShape([1, 2]) can be dispatched to the ConcreteFunction
produced with TensorShape([None, None]) but if a ConcreteFunction with TensorShape([1, None]) also exists then it will
prioritized since it is more specific."

Oracle: by those words 2 for Python 1 and 2, 1 for two tensors, 1 for a spec and a tensor of its shape, 1 for the same spec
twice, 1 for a spec of unknown sizes and then calls with two sizes, and for an unranked spec and then two ranks; 2 for [1,
None] and then [None, None], which does not fit the first, and the call with [1, 2] adds none; calling a concrete function
itself adds none. Explanation "a call finds no trace of a spec": every type that is called is traced, whatever specs were
traced before.

Source: guide "Better performance with tf.function", Rules of tracing, Obtaining concrete functions; API documentation of
tf.function.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "jit"),
    "gets": (
        "python",
        "tensors",
        "spec_then_call",
        "spec_twice",
        "unknown_sizes",
        "unranked",
        "most_specific",
        "calls_of_it",
    ),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = (
    {"way": "jit", "gets": ("tensors", "spec_twice", "calls_of_it")},
    {"way": "method", "gets": ("tensors", "spec_twice")},
)
TRACK = ("traces", "reported_traces")


def oracle(way, gets):
    return _count.expected(2 if gets in ("python", "most_specific") else 1)


def explanations(way, gets):
    traces = {"spec_then_call": 2, "unknown_sizes": 3, "unranked": 3, "most_specific": 3}
    return {"a call finds no trace of a spec": _count.expected(traces[gets])} if gets in traces else {}


def build(way, gets):
    count = _count.Counter()

    def body(x):
        count()
        return tf.add(x, 1)

    def spec(*shape):
        return tf.TensorSpec(shape, tf.int32)

    def get(argument):
        return lambda function: function.get_concrete_function(argument) and None

    zeros = tf.zeros
    calls = {
        "python": [get(1), get(2)],
        "tensors": [get(tf.constant(1)), get(tf.constant(2))],
        "spec_then_call": [get(spec(2)), _count.once(zeros([2], tf.int32))],
        "spec_twice": [get(spec(None, 2)), get(spec(None, 2))],
        "unknown_sizes": [get(spec(None)), _count.once(zeros([2], tf.int32)), _count.once(zeros([3], tf.int32))],
        "unranked": [
            get(tf.TensorSpec(None, tf.int32)),
            _count.once(zeros([], tf.int32)),
            _count.once(zeros([3], tf.int32)),
        ],
        "most_specific": [get(spec(1, None)), get(spec(None, None)), _count.once(zeros([1, 2], tf.int32))],
        "calls_of_it": [lambda f, n=n: f.get_concrete_function(spec(None))(zeros([n], tf.int32)) for n in (1, 2)],
    }[gets]
    return lambda: _count.ask(body, count, calls, way)[0]
