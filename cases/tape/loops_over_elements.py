"""A loop over elements has the gradient of the vectorised expression, for its elements and for what its body captures.

y_i = a sin(x_i) with x of n elements and a captured scalar a, by ``tf.map_fn``, ``tf.vectorized_map``, a TensorArray that a
``tf.while_loop`` or a Python loop fills, and a Python list that is stacked. z = sum_i w_i y_i with w_i = i + 1.

Oracle: dz/dx_i = w_i a cos(x_i), dz/da = sum_i w_i sin(x_i).

Explanation "all into element 0": the gradient of ``x[i]`` with i a loop's counter is put at index 0 in every step, so that the
first element has the sum of all and the others nothing; the value and dz/da are right.

Source: documentation of tf.map_fn, tf.vectorized_map and tf.TensorArray.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "spelling": ("map_fn", "vectorized_map", "array_while_loop", "array_python_for", "list_stack"),
    "n": (1, 8),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
EXCLUDE = (
    {"mode": ("graph", "nested_graph", "jit"), "n": 1},
    {"mode": "nested_graph", "spelling": ("vectorized_map", "array_while_loop", "array_python_for", "list_stack")},
    {"mode": "jit", "spelling": ("vectorized_map", "list_stack")},
    {"mode": ("graph", "jit"), "spelling": "array_python_for"},
    {"n": 1, "spelling": "vectorized_map"},
    {"mode": "graph", "spelling": "list_stack"},
)


def inputs(n, **_):
    return np.random.RandomState(7).uniform(-2.0, 2.0, size=n).astype(np.float32), np.float32(1.5)


def oracle(n, **_):
    x, a = (value.astype(np.float64) for value in inputs(n))
    w = np.arange(1.0, n + 1.0)
    return {"dz_dx": w * a * np.cos(x), "dz_da": (w * np.sin(x)).sum()}


def explanations(n, **_):
    dz_dx = oracle(n)["dz_dx"]
    return {"all into element 0": {"dz_dx": np.concatenate([[dz_dx.sum()], np.zeros(n - 1)])}}


def build(spelling, n, mode):
    def array_while_loop(body, x):
        array = tf.TensorArray(tf.float32, size=n)
        return tf.while_loop(
            lambda i, array: i < n,
            lambda i, array: (i + 1, array.write(i, body(x[i]))),
            (tf.constant(0), array),
            maximum_iterations=n,
        )[1].stack()

    def array_python_for(body, x):
        array = tf.TensorArray(tf.float32, size=n)
        for i in tf.range(n):
            array = array.write(i, body(x[i]))
        return array.stack()

    spellings = {
        "map_fn": tf.map_fn,
        "vectorized_map": tf.vectorized_map,
        "array_while_loop": array_while_loop,
        "array_python_for": array_python_for,
        "list_stack": lambda body, x: tf.stack([body(x[i]) for i in range(n)]),
    }
    weights = tf.constant(np.arange(1, n + 1), tf.float32)

    def gradients(x, a):
        with tf.GradientTape() as tape:
            tape.watch([x, a])
            z = tf.reduce_sum(weights * spellings[spelling](lambda element: a * tf.sin(element), x))
        return tape.gradient(z, [x, a])

    call = _compat.in_mode(gradients, mode)
    x, a = (tf.constant(value) for value in inputs(n))

    def answer():
        dz_dx, dz_da = call(x, a)
        # The documentation allows IndexedSlices, which some releases give where there is one element.
        return {"dz_dx": tf.convert_to_tensor(dz_dx), "dz_da": dz_da}

    return answer
