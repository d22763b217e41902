"""Clipping on the backward pass alone: the value is untouched, the upstream gradient is clipped by its norm.

The guide's example is n = 1: v = 2, output = clip_gradients(v * v), and the gradient is clip(1) * 2v = 0.5 * 4 = 2.0.

Oracle: with output = sum_i w_i c(v)_i, c(v) = v * v behind an identity whose backward pass is clip_by_norm(., 0.5), the
upstream gradient is w, clipped w * 0.5 / |w| if |w| > 0.5 and w otherwise, and the gradient is that times 2v. The value is sum
w v^2.

Source: TensorFlow guide, "Advanced automatic differentiation", Custom gradients.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"mode": ("eager", "graph", "nested_graph", "jit"), "upstream": ("long", "short"), "n": (1, 64)}
EXCLUDE = ({"mode": ("nested_graph", "jit"), "n": 64},)

CLIP = 0.5


def inputs(mode, upstream, n):
    v = np.linspace(2.0, 3.0, n).astype(np.float32)
    # Its norm is 1, as in the guide, or 0.25: longer or shorter than the clip.
    w = np.full(n, (1.0 if upstream == "long" else 0.25) / np.sqrt(n)).astype(np.float32)
    return v, w


def oracle(mode, upstream, n):
    v, w = (array.astype(np.float64) for array in inputs(mode, upstream, n))
    clipped = w * min(1.0, CLIP / np.sqrt(np.sum(w * w)))
    return {"output": np.sum(w * v * v), "dv": clipped * 2.0 * v}


def explanations(mode, upstream, n):
    v, w = (array.astype(np.float64) for array in inputs(mode, upstream, n))
    return {"not clipped": {"dv": w * 2.0 * v}}


def build(mode, upstream, n):
    start, w = inputs(mode, upstream, n)
    v = tf.Variable(start)

    @tf.custom_gradient
    def clip_gradients(y):
        def backward(dy):
            return tf.clip_by_norm(dy, CLIP)

        return y, backward

    def gradient():
        with tf.GradientTape() as tape:
            output = tf.reduce_sum(w * clip_gradients(v * v))
        return output, tape.gradient(output, v)

    call = _compat.in_mode(gradient, mode)

    def answer():
        output, dv = call()
        return {"output": output, "dv": dv}

    return answer
