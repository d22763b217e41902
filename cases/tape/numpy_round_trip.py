"""What leaves TensorFlow for NumPy and comes back has no gradient, except through ``tf.py_function``, which has one.

z = sum(x · q(x)) with q(x) = x² computed by a NumPy ufunc on a tensor or on the variable itself, by ``.numpy()``, by
``tf.numpy_function`` or by ``tf.py_function``.

Oracle: with q a constant for the tape dz/dx = q = x²; through py_function, which is documented as differentiable, 3x².

Explanation "ufunc recorded", 3x²: a variable that NumPy cannot convert to an array becomes an array of one object, and the
ufunc calls the variable's own multiplication, which the tape records.

Source: TensorFlow guide, "Introduction to gradients", Did calculations outside of TensorFlow; documentation of tf.py_function
and tf.numpy_function ("you cannot take gradients through a numpy_function").
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph"),
    "way": ("ufunc", "ufunc_of_variable", "numpy_method", "numpy_function", "py_function"),
}
# A symbolic tensor has no NumPy value.
EXCLUDE = ({"mode": ("graph", "nested_graph"), "way": ("ufunc", "ufunc_of_variable", "numpy_method")},)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32)


def oracle(way, **_):
    x = inputs().astype(np.float64)
    return {"dz_dx": 3.0 * x * x if way == "py_function" else x * x}


def explanations(**_):
    return {"ufunc recorded": {"dz_dx": 3.0 * inputs().astype(np.float64) ** 2}}


def build(mode, way):
    x = tf.Variable(inputs())
    ways = {
        "ufunc": lambda: np.square(x + 0.0),
        "ufunc_of_variable": lambda: np.square(x),
        "numpy_method": lambda: x.numpy() ** 2,
        "numpy_function": lambda: tf.numpy_function(lambda v: v * v, [x], tf.float32),
        "py_function": lambda: tf.py_function(lambda v: v * v, [x], tf.float32),
    }

    def gradient():
        with tf.GradientTape() as tape:
            z = tf.reduce_sum(x * ways[way]())
        return tape.gradient(z, x)

    call = _compat.in_mode(gradient, mode)
    return lambda: {"dz_dx": call()}
