"""A change of what a function closes over does not retrace: Python values stay as they were traced, variables are read anew.

Guide: "Function creates a new ConcreteFunction when called with a new value of a Python argument. However, it does not do
that for the Python closure, globals, or nonlocals of that Function. If their value changes in between calls to the Function,
the Function will still use the values they had when it was traced."

Oracle: f() = 1 + foo with foo = 1, then foo = 100: one trace in every case. The second result is 2 where foo is a Python
value of the closure, a global, an element of a list, an attribute, or a tensor (a new tensor under the name is not seen); 101
where it is a tf.Variable that is assigned to; and for the guide's recommended_add(foo), which takes it as an argument, there
are two traces and 101. A variable replaced by another under the same name is as unseen as a value: 2.

Source: guide "Better performance with tf.function", Depending on Python global and free variables.
"""

import numpy as np
import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "nested", "jit"),
    "foo": ("nonlocal", "global", "list", "attribute", "numpy", "tensor", "variable", "new_variable", "argument"),
}
TRACK = ("traces", "reported_traces")
EXCLUDE = (
    {"way": "nested", "foo": "new_variable"},
    {"way": ("jit", "nested"), "foo": ("global", "list", "attribute", "numpy", "tensor", "variable", "argument")},
)

_foo = 1


def oracle(way, foo):
    return dict(_count.expected(2 if foo == "argument" else 1), last=101 if foo in ("variable", "argument") else 2)


def build(way, foo):
    count = _count.Counter()
    captured = {
        "nonlocal": 1,
        "global": None,
        "list": [1],
        "attribute": _count.Counter(),
        "numpy": np.array(1, np.int32),
        "tensor": tf.constant(1),
        "variable": tf.Variable(1),
        "new_variable": tf.Variable(1),
        "argument": 1,
    }[foo]
    another = tf.Variable(100)

    def body(*given):
        count()
        if foo == "argument":
            return 1 + tf.constant(given[0])
        if foo == "global":
            return 1 + tf.constant(_foo)
        if foo == "list":
            return 1 + tf.constant(captured[0])
        if foo == "attribute":
            return 1 + tf.constant(captured.foo)
        return 1 + tf.convert_to_tensor(captured)

    def update(function):
        nonlocal captured
        if foo == "list":
            captured[0] = 100
        elif foo == "attribute":
            captured.foo = 100
        elif foo == "global":
            globals()["_foo"] = 100
        elif foo == "variable":
            captured.assign(100)
        else:
            captured = another if foo == "new_variable" else 100

    def call(function):
        return function(captured) if foo == "argument" else function()

    def answer():
        globals()["_foo"] = 1
        if foo == "attribute":
            captured.foo = 1
        counts, results = _count.ask(body, count, [call, update, call], way)
        return dict(counts, last=results[-1])

    return answer
