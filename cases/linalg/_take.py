"""How the cases of linalg, signal, image and convolution take derivatives.

``how`` is a mode and an order, ``eager_second``: the first order is the gradient of a scalar function, the second adds its
Hessian's product with a direction, as the gradient of their scalar product by an outer tape. Where numbers are complex, a
gradient is TensorFlow's, dL/d(real part) + i dL/d(imaginary part), and the scalar product is Re sum(conj(a) b).
"""

import inspect

import tensorflow as tf

from cases import _compat


def dot(a, b):
    """Re sum(conj(a) b)."""
    return tf.reduce_sum(tf.math.real(tf.math.conj(a) * b))


def answers(function, how, x, direction=None):
    """A call that gives the scalar ``function``'s value and gradient at ``x``, and ``product`` where ``how`` asks for it."""
    mode, order = how.split("_")

    def first(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        gradient = tape.gradient(y, x)
        return {"value": y, "gradient": tf.convert_to_tensor(gradient) if gradient is not None else None}

    def second(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            answer = first(x)
            slope = dot(tf.constant(direction, x.dtype), answer["gradient"])
        return dict(answer, product=tape.gradient(slope, x))

    call = _compat.in_mode(second if order == "second" else first, mode, autograph=False)
    x = tf.constant(x)
    return lambda: call(x)


def api(path):
    """``tf.<path>``, where the release has it."""
    found = tf
    for name in path.split("."):
        if not hasattr(found, name):
            raise _compat.Unsupported("tf." + path)
        found = getattr(found, name)
    return found


def with_argument(path, argument):
    """``tf.<path>``, where the release has it and it takes ``argument``."""
    function = api(path)
    if argument not in inspect.signature(function).parameters:
        raise _compat.Unsupported("tf.{}({}=)".format(path, argument))
    return function
