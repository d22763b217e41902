"""What the cases on linear maps share: f(x) = sum of w y^2 / 2 with y = A x has gradient A^T (w y) and Hessian A^T diag(w) A.

The matrix A is read off NumPy's own version of the op: its columns are what that makes of the unit vectors.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take


def weights(shape):
    return np.random.RandomState(411).uniform(0.5, 1.5, size=shape)


def direction(shape):
    return np.random.RandomState(412).normal(size=shape)


def oracle(apply, x, order=2):
    """Value, gradient and Hessian times a direction, where ``apply`` is the map in NumPy."""
    y, v = apply(x), direction(x.shape)
    columns = [apply(unit.reshape(x.shape)).reshape(-1) for unit in np.eye(x.size)]
    matrix = np.stack(columns, 1) if columns else np.zeros((y.size, 0))
    w = weights(y.shape).reshape(-1)
    outputs = {
        "value": (w * y.reshape(-1) ** 2).sum() / 2,
        "d_x": (matrix.T @ (w * y.reshape(-1))).reshape(x.shape),
        "d_xx": (matrix.T @ (w * (matrix @ v.reshape(-1)))).reshape(x.shape),
    }
    return outputs if order == 2 else {name: outputs[name] for name in ("value", "d_x")}


def answers(function, mode, x, shape, order=2):
    """The call of a case's ``build``; ``shape`` is that of y."""
    w = tf.constant(weights(shape))

    def loss(x):
        return tf.reduce_sum(w * function(x) ** 2) / 2

    return _take.answers(loss, mode, order=order, directions={"x": direction(x.shape)}, x=x)
