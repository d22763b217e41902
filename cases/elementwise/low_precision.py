"""A sum of many numbers in bfloat16 or float16 is right to the precision of its type, in values and in gradients.

Every op sums n = 4096 ones, or is linear with a gradient that does: of a scalar or a row that is broadcast, of a bias, of a
table's row that is looked up n times. Oracle: n, a power of two, which both types hold exactly; 1 for the mean.

"stops at ...": an accumulator of the type itself stops growing where adding one rounds to the same number: at 2^8 in bfloat16
and at 2^11 in float16. With m accumulators (the lanes of a vector, blocks) whose sums are added at the end, it is m times
that.

Source: Higham, "Accuracy and Stability of Numerical Algorithms", 4.2; tensorflow/tensorflow #51419, #115731.
"""

import numpy as np
import tensorflow as tf

PARAMS = {
    "op": (
        "reduce_sum",
        "reduce_sum_rows",
        "reduce_mean",
        "cumsum",
        "matmul",
        "segment_sum",
        "scatter_nd",
        "scalar_gradient",
        "row_gradient",
        "bias_gradient",
        "gather_gradient",
        "tile_gradient",
    ),
    "dtype": ("bfloat16", "float16"),
}
# Half a per cent: a sum that is rounded on the way may be off by a unit of bfloat16; the wrong answers are off by a factor.
RTOL = 5e-3
N = 4096


def inputs(op, dtype):
    return np.ones((N, 2), np.float32)


def oracle(op, dtype):
    return {"sum": 1.0 if op == "reduce_mean" else float(N)}


def explanations(op, dtype):
    limit, right = {"bfloat16": 256.0, "float16": 2048.0}[dtype], oracle(op, dtype)["sum"]
    return {
        "stops at {:.0f}".format(m * limit): {"sum": right * m * limit / N} for m in (1, 2, 4, 8, 16) if m * limit < N
    }


def build(op, dtype):
    ones = tf.cast(tf.constant(inputs(op, dtype)), dtype)
    zeros, indices = tf.zeros_like(ones), tf.zeros([N], tf.int32)

    def gradient(function, shape):
        x = tf.cast(tf.ones(shape), dtype)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return tf.reshape(tf.convert_to_tensor(tape.gradient(y, x)), [-1])[0]

    call = {
        "reduce_sum": lambda: tf.reduce_sum(ones[:, 0]),
        "reduce_sum_rows": lambda: tf.reduce_sum(ones, 0)[0],
        "reduce_mean": lambda: tf.reduce_mean(ones[:, 0]),
        "cumsum": lambda: tf.cumsum(ones)[-1, 0],
        "matmul": lambda: tf.matmul(ones, ones, transpose_a=True)[0, 0],
        "segment_sum": lambda: tf.math.unsorted_segment_sum(ones, indices, 1)[0, 0],
        "scatter_nd": lambda: tf.scatter_nd(indices[:, None], ones, [1, 2])[0, 0],
        "scalar_gradient": lambda: gradient(lambda x: x + zeros[:, 0], []),
        "row_gradient": lambda: gradient(lambda x: x + zeros, [2]),
        "bias_gradient": lambda: gradient(lambda x: tf.nn.bias_add(zeros, x), [2]),
        "gather_gradient": lambda: gradient(lambda x: tf.gather(x, indices), [3, 2]),
        "tile_gradient": lambda: gradient(lambda x: tf.tile(x, [N]), [1]),
    }[op]
    return lambda: {"sum": tf.cast(call(), tf.float32)}
