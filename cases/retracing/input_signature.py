"""With an input_signature there is one trace for everything that fits it, and what does not fit raises.

Guide: "You specified a 1-D tensor in the input signature, so this should fail" and "You specified an int32 dtype in the input
signature, so this should fail", both with assert_raises(ValueError); "using a None dimension as a wildcard will allow
Functions to reuse traces for variably-sized input". API: "This ensures only one ConcreteFunction is created, and restricts
the PolymorphicFunction to the specified shapes and types."

Oracle: one trace for all arguments that fit: lengths under [None], ranks under shape None, NumPy arrays and Python numbers,
which are converted, nested structures, a signature that names two arguments given by keyword. The guide's two calls raise
ValueError (TypeError in the explanation "TypeError instead"), after no trace at all: the guide says nothing of that number,
so only the error is asked.

Source: guide "Better performance with tf.function", Pass a fixed input_signature; API documentation of tf.function, Input
signatures.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested"),
    "arguments": (
        "lengths",
        "ranks",
        "numpy",
        "python",
        "structure",
        "keywords",
        "wrong_rank",
        "wrong_dtype",
        "wrong_count",
    ),
}
EXCLUDE = (
    {"way": "method", "arguments": "keywords"},
    {"way": "method", "arguments": ("ranks", "numpy", "python", "structure")},
)
TRACK = ("traces", "reported_traces")

_ERRORS = {"wrong_rank": "ValueError", "wrong_dtype": "ValueError", "wrong_count": "TypeError"}


def oracle(way, arguments):
    return {"error": _ERRORS[arguments]} if arguments in _ERRORS else _count.expected(1)


def explanations(way, arguments):
    other = {"wrong_rank": "TypeError", "wrong_dtype": "TypeError", "wrong_count": "ValueError"}
    return {other[arguments] + " instead": {"error": other[arguments]}} if arguments in _ERRORS else {}


def build(way, arguments):
    count = _count.Counter()

    def collatz(x):
        count()
        return tf.where(x % 2 == 0, x // 2, 3 * x + 1)

    def of_structure(pair):
        count()
        return pair["a"] + pair["b"][0]

    def two(a, b):
        count()
        return a + b

    vector, scalar = tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.float32)

    def ints(n):
        return np.arange(n, dtype=np.int32)

    body, signature, calls = {
        "lengths": (collatz, [vector], [lambda f, n=n: f(tf.constant(ints(n))) for n in (1, 2, 3)]),
        "ranks": (
            collatz,
            [tf.TensorSpec(None, tf.int32)],
            [lambda f, n=n: f(tf.zeros([2] * n, tf.int32)) for n in (0, 1, 2)],
        ),
        "numpy": (collatz, [vector], [lambda f, n=n: f(ints(n)) for n in (1, 2, 3)]),
        "python": (collatz, [vector], [lambda f, n=n: f(list(range(n))) for n in (1, 2, 3)]),
        "structure": (
            of_structure,
            [{"a": scalar, "b": [scalar]}],
            [lambda f, n=n: f({"a": tf.constant(n), "b": [tf.constant(n)]}) for n in (1.0, 2.0)],
        ),
        "keywords": (
            two,
            [scalar, scalar],
            [lambda f: f(tf.constant(1.0), tf.constant(2.0)), lambda f: f(b=tf.constant(1.0), a=tf.constant(2.0))],
        ),
        "wrong_rank": (collatz, [vector], [lambda f: f(tf.constant([[1, 2], [3, 4]]))]),
        "wrong_dtype": (collatz, [vector], [lambda f: f(tf.constant([1.0, 2.0]))]),
        "wrong_count": (collatz, [vector], [lambda f: f(tf.constant(ints(1)), tf.constant(ints(1)))]),
    }[arguments]

    def ask():
        return _count.ask(body, count, calls, way, input_signature=signature)[0]

    return lambda: {"error": _compat.error_of(ask)} if arguments in _ERRORS else ask()
