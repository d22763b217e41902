"""An op and its gradient give the same bits each time that they run on the same inputs, in one process with four threads.

Nothing is promised here: "By default, op determinism is not enabled, so ops might return different results when run with the
same inputs", by "asynchronous threads within the op nondeterministically changing the order in which floating-point numbers
are added", mostly on GPUs. These ops have so far been repeatable on the CPU all the same. (The gradient of crop_and_resize,
and bincount with weights, are not, now and then.) What is promised is asked in enabled.py.

Oracle: ``same``, whether each of 5 runs gives the bits of the first. Explanation "differs": at least one of them does not.

Source: documentation of tf.config.experimental.enable_op_determinism (2.8).
"""

import numpy as np

from cases.determinism import _ops

PARAMS = {
    "op": (
        "reduce_sum",
        "unsorted_segment_sum",
        "scatter_nd",
        "gather",
        "bias_add",
        "matmul",
        "conv2d",
        "depthwise_conv2d",
        "resize",
        "sparse_dense_matmul",
        "fused_batch_norm",
    ),
}


def oracle(op):
    return {"same": True}


def explanations(op):
    return {"differs": {"same": False}}


def build(op):
    _ops.threads()
    call = _ops.make(op)
    return lambda: {"same": np.array(_ops.different(call) == 0)}
