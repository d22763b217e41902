"""A class with __tf_tracing_type__ decides itself when it is traced again, as the guide's Apple and Mango do.

Guide: "For Python objects which implement the __tf_tracing_type__ method, the type is whatever that method returns", with
get_mixed_flavor(AppleWithTraceType(), MangoWithTraceType()) called twice on new objects: "Traces a new concrete function",
"Re-uses the traced concrete function".

Oracle: 1 for the guide's two calls, and 2 for Apple, Mango and then Mango, Apple; without the protocol, on new objects each
time, 2 ("Traces a new concrete function again"). The results are the sums of the flavours, [1, 2] + [3, 4] = [4, 6].
``guide`` has the methods of the guide's class, is_subtype_of, most_specific_common_supertype, __eq__ and __hash__, and no
others; ``placeholder`` also has a placeholder_value that returns the object it was made for, and a cast, which later releases
ask for. A release that refuses the guide's class raises.

Source: guide "Better performance with tf.function", Use the tracing protocol.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {"protocol": ("none", "guide", "placeholder"), "second": ("same_types", "swapped")}
EXCLUDE = ({"protocol": "none", "second": "swapped"},)
TRACK = ("traces", "reported_traces")


def oracle(protocol, second):
    traces = 2 if protocol == "none" or second == "swapped" else 1
    return dict(_count.expected(traces), flavor=np.array([4, 6]))


def build(protocol, second):
    count = _count.Counter()

    def get_mixed_flavor(fruit_a, fruit_b):
        count()
        return fruit_a.flavor + fruit_b.flavor

    class FruitTraceType(_compat.trace_type()):
        def __init__(self, fruit):
            self.fruit_type = type(fruit)
            self.fruit = fruit

        def is_subtype_of(self, other):
            return type(other) is type(self) and self.fruit_type is other.fruit_type

        def most_specific_common_supertype(self, others):
            return self if all(self == other for other in others) else None

        def __eq__(self, other):
            return type(other) is type(self) and self.fruit_type == other.fruit_type

        def __hash__(self):
            return hash(self.fruit_type)

    class WithPlaceholder(FruitTraceType):
        def placeholder_value(self, placeholder_context=None):
            return self.fruit

        def cast(self, value, cast_context=None):
            return value

    trace_type = {"guide": FruitTraceType, "placeholder": WithPlaceholder, "none": None}[protocol]

    class Fruit(object):
        if trace_type is not None:

            def __tf_tracing_type__(self, context):
                return trace_type(self)

    class Apple(Fruit):
        flavor = tf.constant([1, 2])

    class Mango(Fruit):
        flavor = tf.constant([3, 4])

    first = [lambda f: f(Apple(), Mango())]
    calls = first + ([lambda f: f(Mango(), Apple())] if second == "swapped" else first)

    def answer():
        counts, results = _count.ask(get_mixed_flavor, count, calls)
        return dict(counts, flavor=results[-1])

    return answer
