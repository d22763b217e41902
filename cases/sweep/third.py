"""The third derivative of smooth ops is right, also where a rule puts a number in place of 0 / 0.

Oracle: numerical derivatives of the op's values along one line, with an estimate of their own error; derived in ``_take.py``.

Source: API documentation of tf.math, tf.linalg, tf.nn and tf.signal.
"""

from cases.sweep import _take

PARAMS = {
    "op": (
        "linalg.cholesky", "linalg.det", "linalg.eigvalsh", "linalg.inv", "linalg.logdet", "linalg.qr",
        "linalg.solve", "linalg.svd@values", "linalg.triangular_solve", "math.atan2", "math.bessel_i1",
        "math.bessel_i1@zero", "math.cumprod", "math.digamma", "math.erf", "math.exp", "math.l2_normalize", "math.log",
        "math.log1p@zero", "math.multiply_no_nan@zero", "math.pow", "math.reciprocal", "math.reduce_logsumexp",
        "math.reduce_prod", "math.reduce_std", "math.rsqrt", "math.sigmoid", "math.sin@complex", "math.softmax",
        "math.softplus", "math.special.bessel_j1@zero", "math.special.dawsn@zero", "math.sqrt", "math.tanh",
        "math.tanh@complex", "nn.batch_normalization", "nn.conv2d", "nn.elu", "nn.gelu", "nn.max_pool", "nn.selu",
        "nn.softmax_cross_entropy_with_logits", "nn.sparse_softmax_cross_entropy_with_logits", "nn.swish@beta",
        "signal.rfft", "signal.irfft",
    ),
    "mode": ("eager",),
}  # fmt: skip
# As far as a numerical third derivative can be trusted.
RTOL = {"third": 1e-4}
ATOL = {"third": 1e-5}


def oracle(op, mode):
    return _take.oracle(*op.split(".", 1), "third", RTOL, ATOL)


def explanations(op, mode):
    return _take.explanations(*op.split(".", 1), "third")


def build(op, mode):
    return _take.build(*op.split(".", 1), "third", mode)
