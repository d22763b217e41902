"""Ragged and sparse tensors are traced by their spec: new row lengths and new numbers of entries do not retrace.

API of tf.RaggedTensorSpec and tf.SparseTensorSpec: the type of a ragged tensor is its shape (ragged dimensions None), dtype
and ragged rank, that of a sparse one its dense shape and dtype. Guide: the TraceType of such a value "is the tf.TypeSpec
associated with it".

Oracle: 1 for ragged tensors of 3 rows of different lengths; 2 for 3 rows and 4 rows; 2 for another dtype or another ragged
rank; 1 for sparse tensors of one dense shape with 1, 2 and 0 entries; 2 for another dense shape; 1 for IndexedSlices with
different indices and one dense shape and number of slices; 1 for two datasets of one element spec; 2 for a ragged beside a
dense tensor. Explanation "sparse entries counted": a trace for each number of entries.

Source: API documentation of tf.RaggedTensorSpec, tf.SparseTensorSpec; guide "Better performance with tf.function", Use the
tracing protocol.
"""

import numpy as np
import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested"),
    "values": (
        "row_lengths",
        "rows",
        "ragged_dtypes",
        "ragged_ranks",
        "ragged_dense",
        "sparse_entries",
        "dense_shapes",
        "indexed_slices",
        "datasets",
    ),
}
EXCLUDE = (
    {
        "way": "method",
        "values": (
            "rows",
            "ragged_dtypes",
            "ragged_ranks",
            "ragged_dense",
            "sparse_entries",
            "dense_shapes",
            "indexed_slices",
            "datasets",
        ),
    },
)
TRACK = ("traces", "reported_traces")

_TRACES = {"row_lengths": 1, "sparse_entries": 1, "indexed_slices": 1, "datasets": 1}


def oracle(way, values):
    return _count.expected(_TRACES.get(values, 2))


def explanations(way, values):
    return {"sparse entries counted": _count.expected(3)} if values == "sparse_entries" else {}


def build(way, values):
    count = _count.Counter()

    def body(value):
        count()
        return tf.constant(0.0)

    def ragged(rows, dtype=tf.float32):
        return lambda: tf.ragged.constant(rows, dtype=dtype)

    def sparse(entries, shape):
        indices = np.stack([np.arange(entries), np.zeros(entries)], axis=1).astype(np.int64)
        return lambda: tf.SparseTensor(indices, np.ones(entries, np.float32), shape)

    def slices(*indices):
        return lambda: tf.IndexedSlices(tf.zeros([2, 3]), tf.constant(indices), tf.constant([5, 3]))

    def dataset(*values):
        return lambda: tf.data.Dataset.from_tensor_slices(tf.constant(values))

    makers = {
        "row_lengths": (ragged([[1], [], [2, 3]]), ragged([[], [1, 2, 3, 4], [5]]), ragged([[], [], []])),
        "rows": (ragged([[1], [], [2]]), ragged([[1], [], [2], [3]]), ragged([[1], [2], []])),
        "ragged_dtypes": (ragged([[1], []]), ragged([[1], []], tf.float64)),
        "ragged_ranks": (ragged([[1], []]), ragged([[[1]], []])),
        "ragged_dense": (ragged([[1.0], [2.0]]), lambda: tf.constant([[1.0], [2.0]])),
        "sparse_entries": (sparse(1, (4, 3)), sparse(2, (4, 3)), sparse(0, (4, 3))),
        "dense_shapes": (sparse(1, (4, 3)), sparse(1, (5, 3)), sparse(2, (4, 3))),
        "indexed_slices": (slices(0, 1), slices(3, 1), slices(4, 4)),
        "datasets": (dataset(1.0, 2.0), dataset(3.0, 4.0)),
    }[values]
    return lambda: _count.ask(body, count, [lambda f, make=make: f(make()) for make in makers], way)[0]
