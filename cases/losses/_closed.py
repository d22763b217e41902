"""Closed forms of the losses: of every row its loss, and the gradient of that in the row's predictions.

Targets t and predictions y have shape (..., d); losses have shape (...) and gradients that of y. A mean over a row divides by
d. Where the loss is on probabilities, y is p, and ``behind`` carries its gradient g on to the logits z: p (1 - p) g behind a
sigmoid, p (g - sum_c g_c p_c) behind a softmax, since dp_c/dz_k = p_c ([c = k] - p_k).

Source: documentation of tf.keras.losses; Lin et al., "Focal Loss for Dense Object Detection" (the focal losses).
"""

import numpy as np


def sigmoid(z):
    """1 / (1 + exp(-z))."""
    return 1.0 / (1.0 + np.exp(-z))


def softmax(z):
    """Along the last axis, shifted by the maximum."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softplus(z):
    """log(1 + exp(z))."""
    return np.logaddexp(0.0, z)


def mean_squared_error(t, y):
    return ((y - t) ** 2).mean(-1), 2 * (y - t) / y.shape[-1]


def mean_absolute_error(t, y):
    return np.abs(y - t).mean(-1), np.sign(y - t) / y.shape[-1]


def mean_absolute_percentage_error(t, y):
    return 100 * np.abs((y - t) / t).mean(-1), 100 * np.sign(y - t) / np.abs(t) / y.shape[-1]


def mean_squared_logarithmic_error(t, y):
    e = np.log1p(y) - np.log1p(t)
    return (e**2).mean(-1), 2 * e / (1 + y) / y.shape[-1]


def huber(t, y):
    """With delta 1: half the square up to an error of 1, linear beyond; the gradient is the error, clipped to [-1, 1]."""
    e = y - t
    return np.where(np.abs(e) <= 1, 0.5 * e**2, np.abs(e) - 0.5).mean(-1), np.clip(e, -1, 1) / y.shape[-1]


def log_cosh(t, y):
    return np.log(np.cosh(y - t)).mean(-1), np.tanh(y - t) / y.shape[-1]


def poisson(t, y):
    return (y - t * np.log(y)).mean(-1), (1 - t / y) / y.shape[-1]


def kl_divergence(t, y):
    return (t * np.log(t / y)).sum(-1), -t / y


def cosine_similarity(t, y):
    """Minus the cosine c of the angle: with unit vectors t', y', the gradient of c is (t' - c y') / |y|."""
    length = np.sqrt((y**2).sum(-1, keepdims=True))
    t, u = t / np.sqrt((t**2).sum(-1, keepdims=True)), y / length
    c = (t * u).sum(-1, keepdims=True)
    return -c[..., 0], -(t - c * u) / length


def hinge(t, y):
    """Labels 0 and 1 mean the signs s = -1 and 1."""
    s = 2 * t - 1
    return np.maximum(1 - s * y, 0).mean(-1), -s * (s * y < 1) / y.shape[-1]


def squared_hinge(t, y):
    s = 2 * t - 1
    m = np.maximum(1 - s * y, 0)
    return (m**2).mean(-1), -2 * s * m / y.shape[-1]


def categorical_hinge(t, y):
    """max(0, 1 + neg - pos) with pos the prediction of the class and neg the largest (1 - t) y."""
    others = (1 - t) * y
    loss = 1 + others.max(-1) - (t * y).sum(-1)
    largest = np.eye(y.shape[-1])[others.argmax(-1)]
    return np.maximum(loss, 0), (loss > 0)[..., None] * (largest * (1 - t) - t)


def binary_crossentropy(t, p):
    return -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean(-1), (p - t) / (p * (1 - p)) / p.shape[-1]


def binary_focal_crossentropy(t, p):
    """-(1 - q)^2 log q with q the probability of the label, which grows with p for label 1 and falls for label 0."""
    q = np.where(t == 1, p, 1 - p)
    slope = 2 * (1 - q) * np.log(q) - (1 - q) ** 2 / q
    return -((1 - q) ** 2 * np.log(q)).mean(-1), slope * (2 * t - 1) / p.shape[-1]


def categorical_crossentropy(t, p):
    return -(t * np.log(p)).sum(-1), -t / p


def categorical_focal_crossentropy(t, p):
    """With alpha 0.25 and gamma 2: -0.25 t (1 - p)^2 log p, summed over classes."""
    slope = 2 * (1 - p) * np.log(p) - (1 - p) ** 2 / p
    return -(0.25 * t * (1 - p) ** 2 * np.log(p)).sum(-1), 0.25 * t * slope


ROWS = {
    "MeanSquaredError": mean_squared_error,
    "MeanAbsoluteError": mean_absolute_error,
    "MeanAbsolutePercentageError": mean_absolute_percentage_error,
    "MeanSquaredLogarithmicError": mean_squared_logarithmic_error,
    "Huber": huber,
    "LogCosh": log_cosh,
    "Poisson": poisson,
    "KLDivergence": kl_divergence,
    "CosineSimilarity": cosine_similarity,
    "Hinge": hinge,
    "SquaredHinge": squared_hinge,
    "CategoricalHinge": categorical_hinge,
    "BinaryCrossentropy": binary_crossentropy,
    "BinaryFocalCrossentropy": binary_focal_crossentropy,
    "CategoricalCrossentropy": categorical_crossentropy,
    "CategoricalFocalCrossentropy": categorical_focal_crossentropy,
    "SparseCategoricalCrossentropy": categorical_crossentropy,
}
"""The closed form of each of Keras's losses by the name of its class; sparse labels as one-hot rows."""


def of_logits(name, t, z):
    """Losses and gradients in the logits z of one of the cross-entropies."""
    binary = name.startswith("Binary")
    p = sigmoid(z) if binary else softmax(z)
    loss, g = ROWS[name](t, p)
    return loss, g * p * (1 - p) if binary else p * (g - (g * p).sum(-1, keepdims=True))


def mean(rows, weights=1.0):
    """The mean of weighted losses and its gradient, as outputs: what the default reduction gives."""
    loss, gradient = rows
    weights = np.broadcast_to(weights, loss.shape)
    return {"loss": (weights * loss).mean(), "gradient": weights[..., None] * gradient / loss.size}


def targets(name, shape, seed):
    """Targets that suit the loss, float32: signs as 0 and 1, one-hot rows, distributions or positive numbers."""
    random = np.random.RandomState(seed)
    if name in ("Hinge", "SquaredHinge", "BinaryCrossentropy", "BinaryFocalCrossentropy"):
        t = random.randint(2, size=shape)
    elif name.startswith(("Categorical", "Sparse")):
        t = np.eye(shape[-1])[random.randint(shape[-1], size=shape[:-1])]
    else:
        t = random.uniform(0.3, 2.0, size=shape)
        t = t / t.sum(-1, keepdims=True) if name == "KLDivergence" else t
    return t.astype(np.float32)


def predictions(name, shape, seed):
    """Predictions that suit the loss, float32: any numbers, or positive ones where it takes their logarithm."""
    random = np.random.RandomState(seed)
    if name in ("MeanSquaredLogarithmicError", "Poisson", "KLDivergence"):
        y = random.uniform(0.3, 2.0, size=shape)
        y = y / y.sum(-1, keepdims=True) if name == "KLDivergence" else y
    else:
        y = random.normal(size=shape)
    return y.astype(np.float32)
