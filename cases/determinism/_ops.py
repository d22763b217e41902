"""Ops that add in parallel, or could, on inputs that are large enough to be split: a call that gives tensors.

Values are random, so that sums depend on their order in the last bits. Four threads are asked for, wherever this runs.
"""

import numpy as np
import tensorflow as tf

RUNS = 5


def data():
    return np.random.RandomState(61)


def threads():
    """To be called before the first op; again with the same number it does nothing."""
    tf.config.threading.set_intra_op_parallelism_threads(4)
    tf.config.threading.set_inter_op_parallelism_threads(2)


def different(call):
    """In how many of further runs any bit differs from the first run."""
    first = _bytes(call())
    return sum(_bytes(call()) != first for _ in range(RUNS - 1))


def _bytes(tensors):
    return [tf.convert_to_tensor(tensor).numpy().tobytes() for tensor in tensors]


def _gradient(function, *arrays):
    """A call of the gradients by all arrays of a weighted sum of ``function(*arrays)``."""
    tensors = [tf.constant(array) for array in arrays]
    weights = tf.constant(np.random.RandomState(2).normal(size=function(*tensors).shape).astype(np.float32))

    def call():
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            total = tf.reduce_sum(function(*tensors) * weights)
        return [total] + tape.gradient(total, tensors)

    return call


def normal(*shape):
    return data().normal(size=shape).astype(np.float32)


def make(op):
    """The call of one op, or of one with its gradient."""
    indices = tf.constant(data().randint(0, 50, size=40000))
    rows = normal(40000, 8)
    if op == "reduce_sum":
        return _gradient(lambda x: tf.reduce_sum(x, keepdims=True), normal(1000003))
    if op == "unsorted_segment_sum":
        return _gradient(lambda x: tf.math.unsorted_segment_sum(x, indices, 50), rows)
    if op == "scatter_nd":
        return _gradient(lambda x: tf.scatter_nd(indices[:, None], x, [50, 8]), rows)
    if op == "gather":
        return _gradient(lambda x: tf.gather(x, indices), normal(50, 8))
    if op == "bias_add":
        return _gradient(tf.nn.bias_add, normal(64, 32, 32, 16), normal(16))
    if op == "matmul":
        return _gradient(tf.matmul, normal(300, 700), normal(700, 200))
    if op == "conv2d":
        return _gradient(lambda x, k: tf.nn.conv2d(x, k, 1, "SAME"), normal(8, 24, 24, 8), normal(3, 3, 8, 16))
    if op == "depthwise_conv2d":
        return _gradient(
            lambda x, k: tf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], "SAME"), normal(8, 24, 24, 8), normal(3, 3, 8, 2)
        )
    if op == "resize":
        return _gradient(lambda x: tf.image.resize(x, [50, 50]), normal(8, 20, 20, 8))
    if op == "crop_and_resize":
        boxes = tf.constant(data().uniform(size=(64, 4)).astype(np.float32))
        numbers = tf.constant(data().randint(0, 4, size=64).astype(np.int32))
        return _gradient(lambda x: tf.image.crop_and_resize(x, boxes, numbers, [16, 16]), normal(4, 20, 20, 4))
    if op == "sparse_dense_matmul":
        places = np.unique(data().randint(0, 300, size=(20000, 2)), axis=0).astype(np.int64)
        values = normal(len(places))
        return _gradient(
            lambda values, x: tf.sparse.sparse_dense_matmul(tf.SparseTensor(places, values, [300, 300]), x),
            values,
            normal(300, 64),
        )
    if op == "fused_batch_norm":
        return _gradient(
            lambda x, scale, offset: tf.compat.v1.nn.fused_batch_norm(x, scale, offset)[0],
            normal(16, 24, 24, 8),
            normal(8),
            normal(8),
        )
    if op == "bincount":
        # A million of them, so that threads are sure to take turns, whatever the machine has to do besides.
        places, weights = tf.tile(tf.cast(indices, tf.int32), [25]), tf.tile(tf.constant(rows[:, 0]), [25])
        return lambda: [tf.math.bincount(places, weights)]
    raise ValueError(op)
