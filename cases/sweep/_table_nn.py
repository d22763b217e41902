"""Inputs for the ops of tf.nn; ``name@what`` asks the same op of other inputs. Ops that are tf.math's own are asked there."""

import numpy as np
import tensorflow as tf

from cases.sweep._take import entry, spread

IMAGE = spread((1, 5, 5, 2))
# For what chooses the largest: no two are nearer than the points of the oracle.
APART = spread((1, 5, 5, 2), -10.0, 10.0)
KERNEL = spread((3, 3, 2, 2), seed=1)
LINE, LINE_KERNEL = spread((1, 7, 2)), spread((3, 2, 2), seed=1)
SMALL, CUBE = spread((1, 3, 3, 2)), spread((1, 3, 3, 3, 1))
LOGITS = spread((2, 3), -2.0, 2.0)
LABELS = np.array([[0.2, 0.5, 0.3], [0.0, 0.9, 0.1]])
ROWS = spread((4, 3))
SAMPLED = np.array([1, 3], np.int64), np.array([[0.4], [0.7]]), np.array([0.3, 0.6])


def sparse(values):
    return tf.SparseTensor(tf.constant([[0, 0], [0, 1], [1, 0]], tf.int64), values, tf.constant([2, 2], tf.int64))


def looked_up(op, rows, weights):
    return op(rows, sparse(tf.constant([1, 3, 1], tf.int64)), sparse(weights), combiner="mean")


def of_samples(op, weights, biases, inputs):
    return op(weights, biases, np.array([[0], [2]], np.int64), inputs, 2, 4, sampled_values=SAMPLED)


def log_softmax(z):
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lrn(x):
    padded = np.pad(x**2, [(0, 0)] * 3 + [(1, 1)], "constant")
    return x / np.sqrt(1 + 0.5 * sum(padded[..., at : at + x.shape[-1]] for at in range(3)))


def cubes_of_maxima(x):
    return x.reshape(1, 2, 2, 1, 2, 2, 2, 1).max(axis=(2, 4, 6))


TABLE = {
    # Activations.
    "crelu": entry(spread(4), numpy=lambda x: np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)])),
    "elu": entry(spread(4), numpy=lambda x: np.where(x > 0, x, np.expm1(x))),
    "gelu": entry(spread(4)),
    "gelu@approximate": entry(spread(4), call=lambda op, x: op(x, approximate=True), numpy=lambda x: (
        0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))))),
    "leaky_relu": entry(spread(4), call=lambda op, x: op(x, alpha=0.3), numpy=lambda x: np.where(x > 0, x, 0.3 * x)),
    "relu": entry(spread(4), numpy=lambda x: np.maximum(x, 0)),
    "relu6": entry(spread(6, -3.0, 9.0), numpy=lambda x: np.clip(x, 0, 6)),
    "selu": entry(spread(4), numpy=lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x))),
    "swish": entry(spread(4), numpy=lambda x: x * sigmoid(x)),
    "swish@beta": entry(spread(4), spread((), 1.0, 2.0), call=lambda op, x, b: op(x, beta=b),
                        numpy=lambda x, b: x * sigmoid(b * x)),
    "swish@betas": entry(spread(4), spread(4, 1.0, 2.0, 1), call=lambda op, x, b: op(x, beta=b),
                         numpy=lambda x, b: x * sigmoid(b * x)),
    "swish@large": entry(np.array([-30.0, 25.0, 15.0]), numpy=lambda x: x * sigmoid(x)),
    # Convolutions.
    "atrous_conv2d": entry(IMAGE, KERNEL, call=lambda op, x, k: op(x, k, 2, "SAME")),
    "atrous_conv2d_transpose": entry(SMALL, KERNEL, call=lambda op, x, k: op(x, k, [1, 7, 7, 2], 2, "VALID")),
    "conv1d": entry(LINE, LINE_KERNEL, call=lambda op, x, k: op(x, k, 2, "SAME")),
    "conv1d_transpose": entry(spread((1, 3, 2)), LINE_KERNEL, call=lambda op, x, k: op(x, k, [1, 6, 2], 2)),
    "conv2d": entry(IMAGE, KERNEL, call=lambda op, x, k: op(x, k, 2, "SAME")),
    "conv2d@padding": entry(IMAGE, KERNEL, call=lambda op, x, k: op(x, k, 1, [[0, 0], [1, 0], [0, 2], [0, 0]])),
    "conv2d_transpose": entry(SMALL, KERNEL, call=lambda op, x, k: op(x, k, [1, 6, 6, 2], 2)),
    "conv3d": entry(CUBE, spread((2, 2, 2, 1, 2)), call=lambda op, x, k: op(x, k, [1] * 5, "VALID")),
    "conv3d_transpose": entry(spread((1, 2, 2, 2, 1)), spread((2, 2, 2, 2, 1)), call=lambda op, x, k: (
        op(x, k, [1, 3, 3, 3, 2], [1] * 5, "VALID"))),
    "conv_transpose": entry(SMALL, KERNEL, call=lambda op, x, k: op(x, k, [1, 6, 6, 2], 2)),
    "convolution": entry(IMAGE, KERNEL, call=lambda op, x, k: op(x, k, padding="SAME", dilations=2)),
    "depthwise_conv2d": entry(IMAGE, KERNEL, call=lambda op, x, k: op(x, k, [1, 2, 2, 1], "SAME")),
    "depthwise_conv2d_backprop_filter": entry(IMAGE, spread((1, 3, 3, 4)), call=lambda op, x, g: (
        op(x, [3, 3, 2, 2], g, [1, 1, 1, 1], "VALID"))),
    "depthwise_conv2d_backprop_input": entry(KERNEL, spread((1, 3, 3, 4)), call=lambda op, k, g: (
        op([1, 5, 5, 2], k, g, [1, 1, 1, 1], "VALID"))),
    "dilation2d": entry(3 * APART, 0.1 * spread((2, 2, 2)),
                        call=lambda op, x, k: op(x, k, [1] * 4, "VALID", "NHWC", [1] * 4)),
    "erosion2d": entry(3 * APART, 0.1 * spread((2, 2, 2)),
                       call=lambda op, x, k: op(x, k, [1] * 4, "VALID", "NHWC", [1] * 4)),
    "separable_conv2d": entry(IMAGE, KERNEL, spread((1, 1, 4, 2), seed=2), call=lambda op, x, k, p: op(x, k, p, [1] * 4, "SAME")),
    "with_space_to_batch": entry(IMAGE, call=lambda op, x: op(
        x, [2, 2], "VALID", lambda part, *unused: tf.nn.avg_pool2d(part, 2, 1, "VALID"), filter_shape=[2, 2])),
    # Pooling.
    "avg_pool": entry(IMAGE, call=lambda op, x: op(x, 3, 2, "SAME")),
    "avg_pool1d": entry(LINE, call=lambda op, x: op(x, 3, 2, "SAME")),
    "avg_pool2d": entry(IMAGE, call=lambda op, x: op(x, 2, 2, "VALID")),
    "avg_pool3d": entry(CUBE, call=lambda op, x: op(x, 2, 1, "VALID")),
    "max_pool": entry(APART, call=lambda op, x: op(x, 3, 2, "SAME")),
    "max_pool1d": entry(spread((1, 7, 2), -10.0, 10.0), call=lambda op, x: op(x, 3, 2, "SAME")),
    "max_pool2d": entry(APART, call=lambda op, x: op(x, 2, 2, "VALID")),
    "max_pool3d": entry(spread((1, 4, 2, 4, 1)), call=lambda op, x: op(x, 2, 2, "VALID"), float32=True, step=0.01,
                        numpy=cubes_of_maxima),
    "max_pool_with_argmax": entry(APART, call=lambda op, x: op(x, 2, 2, "VALID")[0]),
    "pool": entry(IMAGE, call=lambda op, x: op(x, [2, 2], "AVG", padding="VALID", dilations=[2, 2])),
    "pool@max": entry(APART, call=lambda op, x: op(x, [2, 2], "MAX", strides=[2, 2], padding="SAME")),
    # Normalization.
    "batch_norm_with_global_normalization": entry(
        IMAGE, spread(2), spread(2, 0.5, 1.5), spread(2, seed=1), spread(2, seed=2), call=lambda op, x, m, v, b, g: (
            op(x, m, v, b, g, 0.1, True)), numpy=lambda x, m, v, b, g: (x - m) / np.sqrt(v + 0.1) * g + b),
    "batch_normalization": entry(
        ROWS, spread(3), spread(3, 0.5, 1.5), spread(3, seed=1), spread(3, seed=2),
        call=lambda op, x, m, v, b, g: op(x, m, v, b, g, 0.1),
        numpy=lambda x, m, v, b, g: (x - m) / np.sqrt(v + 0.1) * g + b),
    "local_response_normalization": entry(
        SMALL, call=lambda op, x: op(x, depth_radius=1, bias=1.0, alpha=0.5, beta=0.5), float32=True, numpy=lrn, step=0.05),
    "moments": entry(ROWS, call=lambda op, x: op(x, [0]), numpy=lambda x: (x.mean(0), x.var(0))),
    "normalize_moments": entry(spread((), 2.0, 3.0), spread(2, 1.0, 2.0), spread(2, 4.0, 5.0), spread(2), call=lambda op, *xs: (
        op(*xs)), numpy=lambda n, m, v, shift: (m / n + shift, v / n - (m / n) ** 2)),
    "sufficient_statistics": entry(ROWS, spread(3, seed=1), call=lambda op, x, shift: op(x, [0], shift=shift)[1:3],
                                   numpy=lambda x, shift: ((x - shift).sum(0), ((x - shift) ** 2).sum(0))),
    "weighted_moments": entry(ROWS, spread((4, 1), 0.5, 1.5), call=lambda op, x, w: op(x, [0], w), numpy=lambda x, w: (
        (w * x).sum(0) / w.sum(), (w * x**2).sum(0) / w.sum() - ((w * x).sum(0) / w.sum()) ** 2)),
    # Losses.
    "compute_average_loss": entry(spread(4), spread(4, 0.5, 1.5), call=lambda op, x, w: op(x, w, 4),
                                  numpy=lambda x, w: (w * x).sum() / 4, float32=True),
    "ctc_loss": entry(spread((4, 2, 3)), float32=True, call=lambda op, x: op(
        np.array([[1, 2], [2, 0]], np.int32), x, np.array([2, 1], np.int32), np.array([4, 3], np.int32), blank_index=0)),
    "ctc_loss@sparse": entry(spread((4, 2, 3)), float32=True, call=lambda op, x: op(
        sparse(tf.constant([0, 1, 1])), x, None, np.array([4, 3], np.int32), blank_index=-1)),
    "l2_loss": entry(spread(4), numpy=lambda x: (x**2).sum() / 2),
    "log_poisson_loss": entry(spread(4, 1.3, 3.0), spread(4, seed=1), call=lambda op, t, z: op(t, z, compute_full_loss=True),
                              numpy=lambda t, z: np.exp(z) - z * t + t * np.log(t) - t + 0.5 * np.log(2 * np.pi * t)),
    "nce_loss": entry(spread((4, 3)), spread(4), spread((2, 3), seed=1), call=of_samples),
    "sampled_softmax_loss": entry(spread((4, 3)), spread(4), spread((2, 3), seed=1), call=of_samples),
    "scale_regularization_loss": entry(spread(3), numpy=np.sum),
    "sigmoid_cross_entropy_with_logits": entry(
        spread(4, 0.2, 0.8), spread(4, seed=1), call=lambda op, t, z: op(labels=t, logits=z),
        numpy=lambda t, z: np.logaddexp(0, z) - t * z),
    "softmax_cross_entropy_with_logits": entry(LOGITS, call=lambda op, z: op(labels=LABELS, logits=z), numpy=lambda z: (
        -(LABELS * log_softmax(z)).sum(1))),
    # Labels that sum to one on the whole line, and depend on what is differentiated.
    "softmax_cross_entropy_with_logits@labels": entry(
        LOGITS, spread((2, 3), seed=1), call=lambda op, z, t: op(labels=tf.nn.softmax(t), logits=z),
        numpy=lambda z, t: -(np.exp(log_softmax(t)) * log_softmax(z)).sum(1)),
    "sparse_softmax_cross_entropy_with_logits": entry(
        LOGITS, call=lambda op, z: op(labels=np.array([2, 0]), logits=z), numpy=lambda z: -log_softmax(z)[[0, 1], [2, 0]]),
    "weighted_cross_entropy_with_logits": entry(
        spread(4, 0.2, 0.8), spread(4, seed=1), spread(4, 1.0, 2.0), call=lambda op, t, z, w: op(t, z, w),
        numpy=lambda t, z, w: (1 - t) * z + (1 + (w - 1) * t) * np.logaddexp(0, -z)),
    # The rest.
    "bias_add": entry(ROWS, spread(3, seed=1), numpy=np.add),
    "depth_to_space": entry(spread((1, 2, 2, 4)), call=lambda op, x: op(x, 2)),
    "embedding_lookup": entry(ROWS, call=lambda op, x: op(x, np.array([2, 0, 2])), numpy=lambda x: x[[2, 0, 2]]),
    "embedding_lookup_sparse": entry(ROWS, spread(3, 0.5, 1.5), call=looked_up, numpy=lambda x, w: (
        np.array([(w[0] * x[1] + w[1] * x[3]) / (w[0] + w[1]), x[1]]))),
    "experimental.stateless_dropout": entry(ROWS, call=lambda op, x: op(x, rate=0.4, seed=[1, 2])),
    "isotonic_regression": entry(spread((2, 6), -3.0, 3.0), call=lambda op, x: op(x)[0]),
    "safe_embedding_lookup_sparse": entry(ROWS, spread(3, 0.5, 1.5), call=looked_up, numpy=lambda x, w: (
        np.array([(w[0] * x[1] + w[1] * x[3]) / (w[0] + w[1]), x[1]]))),
    "space_to_batch": entry(SMALL, call=lambda op, x: op(x, [2, 2], [[0, 1], [1, 0]])),
    "space_to_depth": entry(spread((1, 4, 4, 1)), call=lambda op, x: op(x, 2)),
}  # fmt: skip
