"""Every op of tf.nn that has derivatives gives the right first and second one, eagerly and in a graph.

Inputs of what chooses a largest element are far enough apart that the choice stays. Labels of a cross-entropy sum to one, as
its documentation asks.

Oracle: numerical derivatives of the op's values, with an estimate of their own error; derived in ``_take.py``. Inputs and closed
forms in NumPy are in ``_table_nn.py``. A gradient of None counts as zero, so that it is wrong where the derivative is not.

Source: API documentation of tf.nn; Fornberg, "Generation of Finite Difference Formulas on Arbitrarily Spaced Grids" (1988).
"""

from cases.sweep import _take

PARAMS = {
    "op": (
        "atrous_conv2d", "atrous_conv2d_transpose", "avg_pool", "avg_pool1d", "avg_pool2d", "avg_pool3d",
        "batch_norm_with_global_normalization", "batch_normalization", "bias_add", "compute_average_loss", "conv1d",
        "conv1d_transpose", "conv2d", "conv2d@padding", "conv2d_transpose", "conv3d", "conv3d_transpose",
        "conv_transpose", "convolution", "crelu", "ctc_loss", "ctc_loss@sparse", "depth_to_space", "depthwise_conv2d",
        "depthwise_conv2d_backprop_filter", "depthwise_conv2d_backprop_input", "dilation2d", "elu", "embedding_lookup",
        "embedding_lookup_sparse", "erosion2d", "experimental.stateless_dropout", "gelu", "gelu@approximate",
        "isotonic_regression", "l2_loss", "leaky_relu", "local_response_normalization", "log_poisson_loss", "max_pool",
        "max_pool1d", "max_pool2d", "max_pool3d", "max_pool_with_argmax", "moments", "nce_loss", "normalize_moments",
        "pool", "pool@max", "relu", "relu6", "safe_embedding_lookup_sparse", "sampled_softmax_loss",
        "scale_regularization_loss", "selu", "separable_conv2d", "sigmoid_cross_entropy_with_logits",
        "softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_logits@labels", "space_to_batch",
        "space_to_depth", "sparse_softmax_cross_entropy_with_logits", "sufficient_statistics", "swish", "swish@beta",
        "swish@betas", "swish@large", "weighted_cross_entropy_with_logits", "weighted_moments", "with_space_to_batch",
    ),
    "order": ("first", "second"),
    "mode": ("eager", "graph"),
}  # fmt: skip
# In a graph the second order is asked, which gives the first as well; of most ops once, and not of those that take long to trace.
EXCLUDE = (
    {"order": "first", "mode": "graph"},
    {
        "mode": "graph",
        "op": (
            "conv2d@padding", "ctc_loss", "ctc_loss@sparse", "gelu@approximate", "nce_loss", "normalize_moments",
            "pool@max", "safe_embedding_lookup_sparse", "sampled_softmax_loss",
            "softmax_cross_entropy_with_logits@labels", "swish@beta", "swish@betas", "swish@large", "weighted_moments",
        ),
    },
)  # fmt: skip
# As far as a numerical derivative can be trusted; of float32 its values have seven digits.
RTOL = {"first": 1e-7, "second": 1e-6, "first_float32": 1e-3, "second_float32": 1e-2}
ATOL = {"first": 1e-8, "second": 1e-7, "first_float32": 1e-3, "second_float32": 1e-2}


def oracle(op, order, mode):
    return _take.oracle("nn", op, order, RTOL, ATOL)


def explanations(op, order, mode):
    return _take.explanations("nn", op, order)


def build(op, order, mode):
    return _take.build("nn", op, order, mode)
