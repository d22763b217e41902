"""With op determinism enabled, an op and its gradient give the same bits each time that they run on the same inputs.

"When op determinism is enabled, TensorFlow ops will be deterministic. This means that if an op is run multiple times with the
same inputs on the same hardware, it will have the exact same outputs each time." Asked in one process with four threads.
"Certain ops will raise an UnimplementedError": those count as an answer, too, and none of these does on a CPU.

Oracle: ``same``, whether each of 5 runs gives the bits of the first. Explanation "differs": at least one of them does not.

Source: documentation of tf.config.experimental.enable_op_determinism (2.8).
"""

import numpy as np
import tensorflow as tf

from cases.determinism import _ops

SINCE = "2.8"
PARAMS = {
    "op": (
        "reduce_sum",
        "unsorted_segment_sum",
        "scatter_nd",
        "gather",
        "conv2d",
        "resize",
        "crop_and_resize",
        "sparse_dense_matmul",
        "fused_batch_norm",
        "bincount",
    ),
}


def oracle(op):
    return {"same": True}


def explanations(op):
    return {"differs": {"same": False}}


def build(op):
    _ops.threads()
    tf.config.experimental.enable_op_determinism()
    call = _ops.make(op)
    return lambda: {"same": np.array(_ops.different(call) == 0)}
