"""The gradient of log(1 + exp(x)) is the sigmoid of x, also where exp(x) overflows.

Asked of the naive expression, of the documentation's custom gradient ``upstream * (1 - 1 / (1 + e))`` and of
``tf.math.softplus``; for x within [-5, 5], and for x = 100 to 1000, where exp(x) is infinite in float32 from 89 and in float64
from 710. Only the gradient is asked: the value log(1 + e) overflows with or without a custom gradient.

Oracle: the mathematical derivative, exp(x) / (1 + exp(x)) = 1 / (1 + exp(-x)). The naive expression's gradient is computed as
exp(x) * (1 / (1 + exp(x))), which is inf * 0 = NaN where exp(x) overflows ("overflow to NaN"): documented, and wrong all the
same. The documented gradient is the sigmoid there only while 1 / inf is 0: a division by a refined reciprocal estimate, r (2 -
inf r) with r = 0, as a compiler's fast mathematics makes it, is NaN too.

Source: documentation of tf.custom_gradient.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "spelling": ("naive", "documented", "softplus"),
    "x": ("moderate", "large"),
    "dtype": ("float32", "float64"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# Tracing takes the time: eager execution is asked in full, the graph of less, the other modes once or twice.
EXCLUDE = (
    {"mode": "nested_graph", "spelling": ("documented", "softplus")},
    {"mode": "jit", "spelling": "softplus"},
    {"mode": ("nested_graph", "jit"), "dtype": "float64"},
    {"mode": "graph", "dtype": "float64", "spelling": ("documented", "softplus")},
)


def inputs(spelling, x, dtype, mode):
    values = np.linspace(-5.0, 5.0, 11) if x == "moderate" else np.array([100.0, 400.0, 800.0, 1000.0])
    return values.astype(dtype)


def oracle(spelling, x, dtype, mode):
    return {"dx": 1.0 / (1.0 + np.exp(-inputs(spelling, x, dtype, mode).astype(np.float64)))}


def explanations(spelling, x, dtype, mode):
    values = inputs(spelling, x, dtype, mode)
    overflows = values > np.log(np.finfo(dtype).max)
    return {"overflow to NaN": {"dx": np.where(overflows, np.nan, oracle(spelling, x, dtype, mode)["dx"])}}


def build(spelling, x, dtype, mode):
    values = tf.constant(inputs(spelling, x, dtype, mode))

    def naive(x):
        return tf.math.log(1 + tf.exp(x))

    @tf.custom_gradient
    def documented(x):
        e = tf.exp(x)

        def grad(upstream):
            return upstream * (1 - 1 / (1 + e))

        return tf.math.log(1 + e), grad

    log1pexp = {"naive": naive, "documented": documented, "softplus": tf.math.softplus}[spelling]

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = log1pexp(x)
        return tape.gradient(y, x)

    call = _compat.in_mode(gradient, mode)
    return lambda: {"dx": call(values)}
