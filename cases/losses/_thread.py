"""The thread's model and loss, and their closed forms, shared by the cases that ask about them.

Features x of shape (n, 1024), kernel W (1024, 3), bias b (3,), logits z = xW + b, p = softmax(z). The loss multiplies one-hot
targets by class weights, t = one_hot(y) * [1, 1, 0.1], and takes mean over rows of -sum_c t_c log p_c.

Closed form: with s = sum_c t_c, d(-sum_c t_c log p_c)/dz = s p - t, because d log p_c / dz_k = [c = k] - p_k. The mean over n
rows divides by n; kernel and bias follow by the chain rule, x^T dz and sum over rows of dz.

Logits shortcut: Keras, given probabilities, looks behind them for the softmax that made them and calls the fused op on its
logits. The fused op's value is the same, but its gradient, p - t, holds only where targets sum to one.

Broadcast labels: labels of shape (n, 1) make one-hot targets (n, 1, 3), which multiply p (n, 3) into all n x n pairs: the mean
over i, j of -sum_c t_ic log p_jc, whose gradient in z_j is (sum_c m_c) p_j - m, over n, with m the mean of t over rows.

Source: tensorflow/tensorflow #40984, #46923, #36998.
"""

import numpy as np
import tensorflow as tf

FEATURES = 1024
WEIGHTS = (1.0, 1.0, 0.1)


def data(n, seed=0):
    """Features (n, 1024) float32, labels (n,) int64, and the model's kernel (1024, 3) and bias (3,), float32."""
    random = np.random.RandomState(seed)
    labels = np.arange(n) % 3
    centres = random.normal(size=(3, FEATURES))
    features = 0.05 * centres[labels] + random.normal(size=(n, FEATURES))
    limit = np.sqrt(6.0 / (FEATURES + 3))  # Glorot's uniform, as Dense would draw it
    kernel = random.uniform(-limit, limit, size=(FEATURES, 3))
    return features.astype(np.float32), labels, kernel.astype(np.float32), np.zeros(3, np.float32)


def make_model(kernel, bias):
    """The thread's model with given weights."""
    model = tf.keras.Sequential([tf.keras.layers.Dense(3, "softmax", input_shape=[FEATURES])])
    model.set_weights([kernel, bias])
    return model


def custom_loss(y_true, y_pred):
    """The thread's ``customloss1``; decorated by ``tf.function`` it is ``customloss2``."""
    weights = tf.constant(WEIGHTS)[tf.newaxis, ...]
    one_hot = tf.one_hot(tf.cast(y_true, tf.uint8), 3)
    return tf.reduce_mean(tf.keras.losses.categorical_crossentropy(one_hot * weights, y_pred, from_logits=False))


def make_loss(loss):
    """``plain`` or ``decorated``."""
    return custom_loss if loss == "plain" else tf.function(custom_loss)


def softmax(z):
    """Row-wise softmax, shifted by the maximum."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def targets(labels):
    """Weighted one-hot targets (n, 3), float64."""
    return np.eye(3)[labels] * np.array(WEIGHTS)


def forward(features, kernel, bias):
    """Probabilities (n, 3) in float64."""
    return softmax(features.astype(np.float64) @ kernel.astype(np.float64) + bias)


def right(features, labels, kernel, bias):
    """Loss and gradients by the closed form above."""
    p, t = forward(features, kernel, bias), targets(labels)
    dz = (t.sum(axis=1, keepdims=True) * p - t) / len(t)
    return _answer(features, -(t * np.log(p)).sum(axis=1).mean(), dz)


def logits_shortcut(features, labels, kernel, bias):
    """What the fused op's gradient gives: the right loss, the wrong gradients."""
    p, t = forward(features, kernel, bias), targets(labels)
    return _answer(features, -(t * np.log(p)).sum(axis=1).mean(), (p - t) / len(t))


def broadcast_labels(features, labels, kernel, bias):
    """What labels of shape (n, 1) give when nothing refuses them."""
    p, m = forward(features, kernel, bias), targets(labels).mean(axis=0)
    return _answer(features, -(m * np.log(p)).sum(axis=1).mean(), (m.sum() * p - m) / len(p))


def broadcast_shortcut(features, labels, kernel, bias):
    """Both at once: all pairs, and the fused op's gradient p_j - t_i for each of them."""
    p, m = forward(features, kernel, bias), targets(labels).mean(axis=0)
    return _answer(features, -(m * np.log(p)).sum(axis=1).mean(), (p - m) / len(p))


def _answer(features, loss, dz):
    return {"loss": loss, "kernel": features.astype(np.float64).T @ dz, "bias": dz.sum(axis=0)}
