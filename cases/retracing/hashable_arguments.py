"""Functions, types, dtypes, shapes and other hashable Python values are matched by their equality.

Guide: "For any other Python objects, the type is a generic TraceType which uses the object's Python equality and hashing for
matching"; for primitive values, "the type corresponds to the value itself".

Oracle: Python's own count of different values, len(set(values)): a function passed twice is one, two lambdas of one text are
two; tf.float32 twice is one, tf.float32 and tf.float64 are two; np.float32 as a type is one; TensorShape([2]) made twice
compares equal and is one; bytes, complex numbers, enumeration members, Ellipsis and None likewise. All values stay alive.
Explanation "matched by identity": equal values of a class with its own equality are two.

Source: guide "Better performance with tf.function", Rules of tracing.
"""

import enum
import functools

import numpy as np
import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "method"),
    "values": (
        "function",
        "lambdas",
        "dtype",
        "dtypes",
        "numpy_type",
        "shapes",
        "bytes",
        "complex",
        "enum",
        "partials",
    ),
}
EXCLUDE = (
    {"way": "method", "values": ("lambdas", "dtype", "dtypes", "numpy_type", "bytes", "complex", "enum", "partials")},
)
TRACK = ("traces", "reported_traces")


class Mode(enum.Enum):
    TRAIN = 1
    TEST = 2


def _values(values):
    return {
        "function": (tf.nn.relu, tf.nn.relu, tf.nn.relu),
        "lambdas": (lambda x: x, lambda x: x, lambda x: x),
        "dtype": (tf.float32, tf.as_dtype("float32"), tf.float32),
        "dtypes": (tf.float32, tf.float64, tf.float32),
        "numpy_type": (np.float32, np.float32, np.float32),
        "shapes": (tf.TensorShape([2]), tf.TensorShape([2]), tf.TensorShape([2])),
        "bytes": (b"a", b"b", bytes(bytearray(b"a"))),
        "complex": (1j, complex(0, 1), 2j),
        "enum": (Mode.TRAIN, Mode.TEST, Mode.TRAIN),
        "partials": (functools.partial(max, 1), functools.partial(max, 1), functools.partial(max, 1)),
    }[values]


_TRACES = {"lambdas": 3, "dtypes": 2, "bytes": 2, "complex": 2, "enum": 2, "partials": 3}


def oracle(way, values):
    return _count.expected(_TRACES.get(values, 1))


def explanations(way, values):
    return {"matched by identity": _count.expected(3)} if values == "shapes" else {}


def build(way, values):
    count = _count.Counter()
    alive = _values(values)

    def body(value):
        count()
        return tf.constant(0.0)

    return lambda: _count.ask(body, count, [_count.once(value) for value in alive], way)[0]
