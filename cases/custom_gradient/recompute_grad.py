"""``tf.recompute_grad`` changes what is kept, not what is computed: value and gradients are those of the function.

The function is y = a tanh(x z), with a variable a that it reads (``variable``), or a = 1.5 from the closure; on one or two
inputs, on the same tensor twice, with a Python keyword argument, and chained four times as in the documentation. The wrapped
function is called once for the value and once more for the gradient.

Oracle: with t = tanh(x z): dx = w a z (1 - t^2), dz = w a x (1 - t^2), da = sum(w t). The same tensor twice gets their sum,
with z = x. Chained, y = x a^4, so dx = w a^4 and da = sum(w x) 4 a^3. ``calls`` counts the Python calls of the function in
eager execution, where the documentation's example prints one line each: 2, and 8 when chained.

Source: documentation of tf.recompute_grad; tensorflow/tensorflow #36999.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "function": ("one", "two", "same", "variable", "keyword", "chained"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# Keyword arguments of a custom gradient are refused in a graph: that is asked by custom_gradient.arguments.
EXCLUDE = (
    {"function": "keyword", "mode": ("graph", "nested_graph", "jit")},
    {"mode": ("nested_graph", "jit"), "function": ("two", "variable", "chained")},
)
RTOL = 2e-6  # tanh in float32 differs between XLA, Eigen and NumPy by some ulp


def inputs(function, mode):
    x = np.array([0.5, -1.0, 0.25], np.float32)
    return x, x if function == "same" else np.array([1.0, 0.5, -2.0], np.float32), np.array([0.5, 2.0, 1.0], np.float32)


def oracle(function, mode):
    x, z, w = (array.astype(np.float64) for array in inputs(function, mode))
    if function == "chained":
        da = 4.0 * 1.5**3 * np.sum(w * x)
        return {"y": 1.5**4 * x, "dx": 1.5**4 * w, "dz": None, "da": da, "calls": 8 if mode == "eager" else None}
    t = np.tanh(x * z)
    dx, dz, da = w * 1.5 * z * (1.0 - t * t), w * 1.5 * x * (1.0 - t * t), np.sum(w * t)
    if function == "same":
        dx = dz = dx + dz
    return {
        "y": 1.5 * t,
        "dx": dx,
        "dz": dz if function in ("two", "same", "variable") else None,
        "da": da if function == "variable" else None,
        "calls": 2 if mode == "eager" else None,
    }


def explanations(function, mode):
    right = oracle(function, mode)
    # What #36999 describes: the gradient of one argument is counted for both.
    twice = {"dx": 2.0 * right["dx"], "dz": 2.0 * right["dx"]} if function == "same" else {}
    return {"counted twice": twice}


def build(function, mode):
    x, z, w = (tf.constant(array) for array in inputs(function, mode))
    a = tf.Variable(1.5, name="a")

    calls = []

    bodies = {
        "one": lambda x: 1.5 * tf.tanh(x * inputs(function, mode)[1]),
        "two": lambda x, z: 1.5 * tf.tanh(x * z),
        "same": lambda x, z: 1.5 * tf.tanh(x * z),
        "variable": lambda x, z: a * tf.tanh(x * z),
        "keyword": lambda x, factor=1.0: factor * tf.tanh(x * inputs(function, mode)[1]),
        "chained": lambda x: x * a,
    }

    def counted(*args, **kwargs):
        calls.append(function)
        return bodies[function](*args, **kwargs)

    recomputed = tf.recompute_grad(counted)

    def value(x, z):
        if function in ("two", "variable"):
            return recomputed(x, z)
        if function == "same":
            return recomputed(x, x)
        if function == "keyword":
            return recomputed(x, factor=1.5)
        for _ in range(4 if function == "chained" else 1):
            x = recomputed(x)
        return x

    def gradient(x, z):
        z = x if function == "same" else z
        with tf.GradientTape() as tape:
            tape.watch([x, z])
            y = value(x, z)
            total = tf.reduce_sum(w * y)
        return y, tape.gradient(total, [x, z, a])

    call = _compat.in_mode(gradient, mode)

    def answer():
        del calls[:]
        y, (dx, dz, da) = call(x, z)
        return {"y": y, "dx": dx, "dz": dz, "da": da, "calls": len(calls) if mode == "eager" else None}

    return answer
