"""Each input of a custom gradient gets the gradient that grad_fn returns in its place, None included.

Two inputs: both tensors; the second with gradient None; the second an integer tensor; the second a ``tf.Variable``; both the
same tensor; the first a NumPy array.

Oracle: the function is y = x z with a grad_fn of (10 w z, 100 w x). Where z is refused a gradient (None, integers) dz is None.
The same tensor twice gets the sum of both, 10 w x + 100 w x. A NumPy array cannot be watched: it has no gradient to ask for.

Source: documentation of tf.custom_gradient ("a list of Tensors the same size as x - the derivatives of Tensors in y with
respect to the Tensors in x").
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "given": ("two", "none", "integer", "variable", "same", "numpy"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": ("nested_graph", "jit"), "given": ("none", "integer", "variable", "same", "numpy")},)


def inputs(given, mode):
    x = np.array([1.0, -2.0, 3.0], np.float32)
    z = np.array([2.0, 4.0, -1.0], np.float32)
    w = np.array([0.5, 1.0, 2.0], np.float32)
    return x, x if given == "same" else z, w


def oracle(given, mode):
    x, z, w = (array.astype(np.float64) for array in inputs(given, mode))
    if given == "same":
        return {"y": x * x, "dx": 110.0 * w * x, "dz": 110.0 * w * x}
    dz = None if given in ("none", "integer") else 100.0 * w * x
    return {"y": x * z, "dx": None if given == "numpy" else 10.0 * w * z, "dz": dz}


def build(given, mode):
    x_array, z_array, w = inputs(given, mode)
    x = tf.constant(x_array)
    z = {"same": x, "variable": tf.Variable(z_array), "integer": tf.constant(z_array.astype(np.int32))}.get(
        given, tf.constant(z_array)
    )

    @tf.custom_gradient
    def product(x, z):
        z_float = tf.cast(z, tf.float32)

        def grad_fn(dy):
            return 10.0 * dy * z_float, None if given in ("none", "integer") else 100.0 * dy * x

        return x * z_float, grad_fn

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            second = x if given == "same" else z
            if given != "integer":
                tape.watch(second)
            y = product(x_array if given == "numpy" else x, second)
            total = tf.reduce_sum(w * y)
        if given == "integer":
            return y, (tape.gradient(total, x), None)
        return y, tape.gradient(total, [x, second])

    call = _compat.in_mode(gradient, mode)

    def answer():
        y, (dx, dz) = call(x)
        return {"y": y, "dx": dx, "dz": dz}

    return answer
