"""Of a batch of n independent examples ``batch_jacobian`` gives each one's Jacobian, ``jacobian`` those and zeros between them.

Timed in rows of the batch's Jacobian, 6 for each example. ``batch_jacobian`` takes 6 gradients at a time of the whole batch, the
whole Jacobian 6 n of them, of which all but one in n entries are zero.

Oracle: y = tanh(x W), x (n, 8), W (8, 6): dy_bo / dx_ci = [b = c] (1 - y_bo²) W_io.

Source: TensorFlow guide, "Advanced automatic differentiation", Batch Jacobian.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"method": ("batch_jacobian", "jacobian"), "mode": ("eager", "graph"), "n": (4, 32, 128)}
# Eagerly pfor traces anew in every call, which takes as long at any size.
EXCLUDE = ({"mode": "eager", "n": (4, 128)},)
TIMED = {"unit": "rows"}
OUTPUTS = 6


def inputs(n, **_):
    random = np.random.RandomState(44)
    return random.normal(size=(n, 8)).astype(np.float32), random.normal(size=(8, OUTPUTS), scale=0.4).astype(np.float32)


def closed_form(method, x, kernel):
    y = np.tanh(x @ kernel)
    of_examples = (1 - y * y)[:, :, None] * kernel.T
    if method == "batch_jacobian":
        return {"jacobian": of_examples}
    whole = np.zeros(y.shape + x.shape, x.dtype)
    examples = np.arange(len(x))
    whole[examples, :, examples] = of_examples
    return {"jacobian": whole}


def oracle(method, mode, n):
    x, kernel = inputs(n)
    return closed_form(method, x.astype(np.float64), kernel.astype(np.float64))


def work(method, mode, n):
    return OUTPUTS * n


def floor(method, mode, n):
    x, kernel = inputs(n)
    return lambda: closed_form(method, x, kernel)


def build(method, mode, n):
    tf.get_logger().setLevel("ERROR")  # eager pfor retraces in every call, and warns of it
    x, kernel = (tf.constant(array) for array in inputs(n))

    def take(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.tanh(tf.matmul(x, kernel))
        return tape.batch_jacobian(y, x) if method == "batch_jacobian" else tape.jacobian(y, x)

    call = _compat.in_mode(take, mode, autograph=False)
    return lambda: {"jacobian": call(x)}
