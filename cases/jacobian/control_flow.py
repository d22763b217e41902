"""A target computed by control flow has the Jacobian of the branch and of the number of steps that were taken.

Oracle: three times y <- a * y from y = x * x gives y = a^3 x^2, J = diag(2 a^3 x); the scan y_i = y_(i-1) + x_i^2 gives
J_ik = 2 x_k [k <= i]; the branch taken is y = 3 x^2, J = diag(6 x); map_fn gives y = x^3 elementwise, J = diag(3 x^2);
TensorArray as map_fn. Random factors u come out as a second answer, against which J = diag(u) is compared.

Source: documentation of tf.GradientTape.jacobian; tensorflow/tensorflow #25469 (no converter for control flow).
"""

import numpy as np
import tensorflow as tf

from cases.jacobian import _take

PARAMS = {
    "op": ("while_loop", "python_while", "scan", "cond", "map_fn", "tensor_array", "random"),
    "how": ("eager_pfor", "graph_pfor"),
}
EXCLUDE = (
    {"how": "graph_pfor", "op": ("scan", "map_fn", "tensor_array", "random")},
    {"how": "graph_pfor", "op": "python_while"},
)
TIME_LIMIT_S = 20.0
FACTOR = 1.5


def inputs(op, how):
    return np.array([0.5, -1.25, 2.0])


def oracle(op, how):
    x = inputs(op, how)
    return {
        "jacobian": {
            "while_loop": np.diag(2 * FACTOR**3 * x),
            "python_while": np.diag(2 * FACTOR**3 * x),
            "scan": np.tril(np.ones((3, 3))) * 2 * x,
            "cond": np.diag(6 * x),
            "map_fn": np.diag(3 * x**2),
            "tensor_array": np.diag(3 * x**2),
            "random": np.zeros((3, 3)),
        }[op]
    }


def _python_while(x):
    y, i = x * x, 0
    while i < tf.constant(3):
        y, i = FACTOR * y, i + 1
    return y


def _tensor_array(x):
    cubes = tf.TensorArray(tf.float64, size=3)
    for i in tf.range(3):
        cubes = cubes.write(i, x[i] * x[i] * x[i])
    return cubes.stack()


def build(op, how):
    x = tf.constant(inputs(op, how))

    def function(x):
        if op == "while_loop":
            return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, FACTOR * y), (0, x * x))[1]
        if op == "python_while":
            return _python_while(x)
        if op == "scan":
            return tf.scan(lambda y, x: y + x * x, x, initializer=tf.constant(0.0, tf.float64))
        if op == "cond":
            return tf.cond(x[0] > 0, lambda: 3 * x * x, lambda: x)
        if op == "map_fn":
            return tf.map_fn(lambda x: x * x * x, x)
        if op == "tensor_array":
            return _tensor_array(x)
        return x * tf.random.uniform([3], 1, 2, dtype=tf.float64)

    mode, loop = how.split("_")
    call = _take.jacobian(function, mode, loop, autograph=True)

    def answer():
        y, (jacobian,) = call(x)
        # y = u x: the factors that were drawn are y / x, up to one rounding.
        return {"jacobian": tf.round(1e12 * (jacobian - tf.linalg.diag(y / x))) if op == "random" else jacobian}

    return answer
