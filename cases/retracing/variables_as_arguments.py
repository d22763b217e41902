"""A tf.Variable as an argument has a trace of its own, and different aliasing is never confused.

Guide: "For Variable, the type is similar to Tensor, but also includes a unique resource ID of the variable, necessary to
correctly wire control dependencies".

Oracle: one trace for one variable called three times, also after an assignment; taken literally, a unique ID makes a trace
for each variable, so two variables of one type are 2. For two arguments, (v, v) and (v, w) are 2: in the first, both names
are one variable, and f(a, b): a.assign_add(1); return a + b must see the addition in both. The results are those of Python:
with v = 1, w = 10, (v, v) gives 2 + 2 and then (v, w) gives 3 + 10. Explanation "only aliasing counts": variables of one
dtype and shape share a trace as long as the same arguments are the same variable: one trace for two variables. The results do
not change by it.

Source: guide "Better performance with tf.function", Rules of tracing.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested"),
    "arguments": ("same", "assigned", "two_variables", "aliased_then_not", "not_then_aliased", "variable_then_tensor"),
}
EXCLUDE = ({"way": "method", "arguments": ("assigned", "variable_then_tensor")},)
TRACK = ("traces", "reported_traces")

_TRACES = {"same": 1, "assigned": 1}


def oracle(way, arguments):
    last = {"same": 5.0, "assigned": 8.0, "two_variables": 12.0, "variable_then_tensor": 8.0}
    last.update({"aliased_then_not": 13.0, "not_then_aliased": 6.0})
    return dict(_count.expected(_TRACES.get(arguments, 2)), last=last[arguments])


def explanations(way, arguments):
    return {"only aliasing counts": _count.expected(1)} if arguments == "two_variables" else {}


def build(way, arguments):
    count = _count.Counter()
    v, w = tf.Variable(1.0), tf.Variable(10.0)

    def one(a):
        count()
        a.assign_add(1.0)
        return a + 1.0

    def two(a, b):
        count()
        a.assign_add(1.0)
        return a + b

    def either(a):
        count()
        return a + 1.0

    body, calls = {
        "same": (one, [lambda f: f(v)] * 3),
        "assigned": (one, [lambda f: f(v), lambda f: v.assign(6.0), lambda f: f(v)]),
        "two_variables": (one, [lambda f: f(v), lambda f: f(w)]),
        "aliased_then_not": (two, [lambda f: f(v, v), lambda f: f(v, w)]),
        "not_then_aliased": (two, [lambda f: f(v, w), lambda f: f(v, v)]),
        "variable_then_tensor": (either, [lambda f: f(v), lambda f: f(tf.constant(7.0))]),
    }[arguments]

    def answer():
        counts, results = _count.ask(body, count, calls, way)
        return dict(counts, last=results[-1])

    return answer
