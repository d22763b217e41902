"""NumPy arrays and scalars are traced by type and shape, as tensors are, and not by value.

Documentation of the function that tf.function is built on (tensorflow/python/eager/function.py, 2.0 to 2.12): "NumPy arrays
passed as inputs to F are converted to tf.Tensor objects before being passed to f, and are treated as Tensors for caching.
This allows a function to be called multiple times with NumPy arrays having different values but the same shape and dtype
without re-tracing each time." The guide of today does not name them.

Oracle: the number of different (dtype, shape) pairs among the arguments, where a NumPy scalar has shape (), and an array and
a tensor of one dtype and shape are one. Explanation "one trace per NumPy scalar": scalars taken as Python values.

Source: tensorflow/python/eager/function.py, docstring of defun; guide "Better performance with tf.function", Rules of
tracing.
"""

import numpy as np
import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested", "jit"),
    "values": (
        "arrays",
        "shapes",
        "dtypes",
        "scalars",
        "float64_scalars",
        "bool_scalars",
        "rank_0",
        "array_and_tensor",
        "lists",
    ),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"way": ("jit", "method", "nested"), "values": ("shapes", "dtypes", "rank_0", "array_and_tensor", "lists")},)
TRACK = ("traces", "reported_traces")

_TRACES = {"shapes": 2, "dtypes": 2}


def inputs(way, values):
    return {
        "arrays": (np.zeros(3, np.float32), np.ones(3, np.float32), np.full(3, 2.0, np.float32)),
        "shapes": (np.zeros(3, np.float32), np.zeros(4, np.float32), np.ones(3, np.float32)),
        "dtypes": (np.zeros(3, np.float32), np.zeros(3, np.float64), np.ones(3, np.float32)),
        "scalars": (np.float32(1), np.float32(2), np.float32(3)),
        "float64_scalars": (np.float64(1), np.float64(2), np.float64(3)),
        "bool_scalars": (np.bool_(True), np.bool_(False), np.bool_(True)),
        "rank_0": (np.array(1.0), np.array(2.0), np.array(3.0)),
        "array_and_tensor": (np.zeros(3, np.float32), "tensor", np.ones(3, np.float32)),
        "lists": ([np.zeros(3, np.float32)], [np.ones(3, np.float32)], [np.full(3, 2.0, np.float32)]),
    }[values]


def oracle(way, values):
    return _count.expected(_TRACES.get(values, 1))


def explanations(way, values):
    different = 2 if values == "bool_scalars" else 3
    return {"one trace per NumPy scalar": _count.expected(different)} if "scalars" in values else {}


def build(way, values):
    count = _count.Counter()

    def body(value):
        count()
        return tf.constant(0.0)

    def call_with(value):
        return lambda function: function(tf.zeros([3]) if isinstance(value, str) else value)

    return lambda: _count.ask(body, count, [call_with(value) for value in inputs(way, values)], way)[0]
