"""A gradient penalty trains the weights of a model that resizes its image.

The critic of a GAN is f(x) = w sum of c times resize(x), its loss f + |df/dx|^2. Oracle: with A the matrix of the
interpolation (``_interpolation.py``), df/dx = w A^T c, so that the loss is w c . A x + w^2 |A^T c|^2 and its gradient c . A x
+ 2 w |A^T c|^2.

"penalty left out": c . A x, where the gradient of the resizing's gradient is declared not to exist, so that the penalty
counts as a constant.

Source: Gulrajani et al., "Improved training of Wasserstein GANs" (2017); tensorflow/tensorflow #33751, #38643, #43648.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.image import _interpolation

PARAMS = {"method": ("bilinear", "nearest", "bicubic"), "mode": ("eager", "graph")}
EXCLUDE = ({"mode": "graph", "method": ("nearest", "bicubic")},)
RTOL = 1e-5  # float32
TIME_LIMIT_S = 20.0


def inputs(method, mode):
    random = np.random.RandomState(103)
    return random.normal(size=(3, 3)), random.normal(size=(6, 6)), 0.7


def oracle(method, mode):
    x, c, w = inputs(method, mode)
    middles = (np.arange(6) + 0.5) / 2
    axis = {
        "bilinear": lambda: _interpolation.linear(middles - 0.5, 3),
        "nearest": lambda: _interpolation.nearest(middles, 3),
        "bicubic": lambda: _interpolation.kernel("bicubic", 6, 3, False),
    }[method]()
    critic, slope = (c * (axis @ x @ axis.T)).sum(), axis.T @ c @ axis
    return {"loss": w * critic + w**2 * (slope**2).sum(), "gradient": critic + 2 * w * (slope**2).sum()}


def explanations(method, mode):
    x, c, w = inputs(method, mode)
    right = oracle(method, mode)
    # loss = w a + w^2 b and gradient = a + 2 w b: a without b.
    return {"penalty left out": {"gradient": 2 * right["loss"] / w - right["gradient"]}}


def build(method, mode):
    x, c, w = (np.float32(array) for array in inputs(method, mode))

    def step(x, w):
        with tf.GradientTape() as outer:
            outer.watch(w)
            with tf.GradientTape() as inner:
                inner.watch(x)
                critic = w * tf.reduce_sum(c * tf.image.resize(x, (6, 6), method=method)[0, :, :, 0])
            slope = inner.gradient(critic, x)
            loss = critic + tf.reduce_sum(slope**2)
        return {"loss": loss, "gradient": outer.gradient(loss, w)}

    call = _compat.in_mode(step, mode, autograph=False)
    x, w = tf.constant(x[None, :, :, None]), tf.constant(w)
    return lambda: call(x, w)
