"""With experimental_follow_type_hints, a Python number for an argument annotated as tf.Tensor is traced as a tensor.

API, 2.4 to 2.10: "When True, the function may use type annotations from func to optimize the tracing performance. For
example, arguments annotated with tf.Tensor will automatically be converted to a Tensor." The pull request that added it:
"f(1); f(2) # Function is not retraced".

Oracle, on: one trace for three integers under ``x: tf.Tensor``, for one value as Python number and tensor, and for ``*args``
so annotated; three without an annotation or under ``int``. Off, annotations do nothing: three (two for a number and a
tensor). Explanation "hints ignored": as off; later releases accept the argument, call it deprecated and ignore it.

Source: API documentation of tf.function in 2.4; tensorflow/tensorflow #40901.
"""

import tensorflow as tf

from cases import _compat
from cases.retracing import _count

SINCE = "2.4"
PARAMS = {"follow": (False, True), "hint": ("tensor", "int", "none", "tensor_mixed", "rest")}
TRACK = ("traces", "reported_traces")


def oracle(follow, hint):
    off = 2 if hint == "tensor_mixed" else 3
    return _count.expected(1 if follow and hint in ("tensor", "tensor_mixed", "rest") else off)


def explanations(follow, hint):
    return {"hints ignored": oracle(False, hint)} if follow else {}


def build(follow, hint):
    count = _count.Counter()

    def tensor(x: tf.Tensor):
        count()
        return tf.constant(0.0)

    def integer(x: int):
        count()
        return tf.constant(0.0)

    def none(x):
        count()
        return tf.constant(0.0)

    def rest(*x: tf.Tensor):
        count()
        return tf.constant(0.0)

    body = {"tensor": tensor, "tensor_mixed": tensor, "int": integer, "none": none, "rest": rest}[hint]
    values = (1, tf.constant(1), tf.constant(2)) if hint == "tensor_mixed" else (1, 2, 3)

    def answer():
        function = _compat.follow_type_hints(body, follow)
        for value in values:
            function(value)
        return _count.counts(count, function)

    return answer
