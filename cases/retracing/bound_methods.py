"""A decorated method is traced once per instance, and each instance computes with its own attributes.

The instance is the first argument, and the guide says of arguments that are Python objects: "the type is a generic TraceType
which uses the object's Python equality and hashing for matching". "Separate Function objects are guaranteed not to share
traces."

Oracle, with f(self, x) = self.scale * x called on x = 10 and scales 2, then 3: one trace for one instance however often it is
called, and for attributes changed between the calls (20 stays 20); two for two instances (30 last); two for instances of two
subclasses; one for a static method and for a class method called through two instances; two for
``tf.function(instance.method)`` of two instances and two for wrapping one bound method twice. Two instances that are equal by
their class's ``__eq__`` and ``__hash__`` are one by the guide's words. Their scales differ on purpose (equality looks at the
name only), so that who computes with the other's scale can be told: by those words the answer is 20. Explanation "one
function per instance": two traces, and 30.

Source: guide "Better performance with tf.function", Rules of tracing, Pass tensors instead of python literals.
"""

import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {
    "methods": (
        "same",
        "modified",
        "two_instances",
        "subclasses",
        "equal_instances",
        "static",
        "class",
        "wrapped_two",
        "wrapped_twice",
        "call_operator",
    )
}
TRACK = ("traces", "reported_traces")

_TRACES = {"two_instances": 2, "subclasses": 2, "wrapped_two": 2, "wrapped_twice": 2}
_LAST = {"two_instances": 30.0, "subclasses": 30.0, "wrapped_two": 30.0}


def oracle(methods):
    return dict(_count.expected(_TRACES.get(methods, 1)), last=_LAST.get(methods, 20.0))


def explanations(methods):
    return {"one function per instance": dict(_count.expected(2), last=30.0)} if methods == "equal_instances" else {}


def build(methods):
    count = _count.Counter()

    class Scale(object):
        def __init__(self, scale, name):
            self.scale, self.name = scale, name

        @tf.function
        def method(self, x):
            count()
            return self.scale * x

        def plain(self, x):
            count()
            return self.scale * x

        @tf.function
        def __call__(self, x):
            count()
            return self.scale * x

        @staticmethod
        @tf.function
        def static(x):
            count()
            return 2.0 * x

        @classmethod
        @tf.function
        def of_class(cls, x):
            count()
            return 2.0 * x

    class Subclass(Scale):
        pass

    class Equal(Scale):
        def __eq__(self, other):
            return type(other) is Equal and self.name == other.name

        def __hash__(self):
            return hash(self.name)

    two, three = Scale(2.0, "two"), Scale(3.0, "three")
    sub, equal, also = Subclass(3.0, "sub"), Equal(2.0, "equal"), Equal(3.0, "equal")
    x = tf.constant(10.0)

    def answer():
        functions = {
            "same": lambda: [two.method, two.method, two.method],
            "modified": lambda: [two.method, two.method],
            "two_instances": lambda: [two.method, three.method],
            "subclasses": lambda: [two.method, sub.method],
            "equal_instances": lambda: [equal.method, also.method],
            "static": lambda: [two.static, three.static, Scale.static],
            "class": lambda: [two.of_class, three.of_class, Scale.of_class],
            "wrapped_two": lambda: [tf.function(two.plain), tf.function(three.plain)],
            "wrapped_twice": lambda: [tf.function(two.plain), tf.function(two.plain)],
            "call_operator": lambda: [two.__call__, two.__call__],
        }[methods]()
        for function in functions:
            last = function(x)
            if methods == "modified":
                two.scale = 3.0
        # A class method is a bound method around one function in Python 3.7, and a function in 3.10.
        unique = {id(f): f for f in (getattr(function, "__func__", function) for function in functions)}.values()
        reported = sum(_compat.tracing_count(function) for function in unique)
        return {"traces": count.traces, "reported_traces": reported, "last": last}

    return answer
