"""A custom gradient holds however the function is written: function, method, lambda, around or inside ``tf.function``.

Forms: a function; the decorator with parentheses; a bound method; a static method; a function that is called twice on its own
result; a function around a ``tf.function``; a function inside one; inside a Keras ``Lambda`` layer.

Oracle: the function is y = x^2 with a grad_fn of 10 times the true gradient: dx = 20 w x. Called twice, y = x^4 and the chain
rule on the custom gradients gives w * 20 x^2 * 20 x = 400 w x^3.

Source: documentation of tf.custom_gradient.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.custom_gradient import _take

PARAMS = {
    "form": ("function", "parentheses", "method", "static_method", "twice", "around", "inside", "lambda_layer"),
    "mode": ("eager", "graph", "nested_graph", "jit"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = (
    {"mode": "nested_graph", "form": ("parentheses", "static_method", "twice", "around", "inside", "lambda_layer")},
    {"mode": "jit", "form": ("parentheses", "method", "static_method", "twice", "around", "inside", "lambda_layer")},
)


def inputs(form, mode):
    return np.array([[1.0, -2.0, 0.5]], np.float32), np.array([[0.5, -1.0, 2.0]], np.float32)


def oracle(form, mode):
    x, w = (array.astype(np.float64) for array in inputs(form, mode))
    if form == "twice":
        return {"y": x**4, "dx": 400.0 * w * x**3}
    return {"y": x * x, "dx": 20.0 * w * x}


def explanations(form, mode):
    x, w = (array.astype(np.float64) for array in inputs(form, mode))
    return {"true gradient": {"dx": 4.0 * w * x**3 if form == "twice" else 2.0 * w * x}}


def build(form, mode):
    x, w = (tf.constant(array) for array in inputs(form, mode))

    class Holder(object):
        factor = 20.0

        @tf.custom_gradient
        def method(self, x):
            return x * x, lambda dy: self.factor * x * dy

        @staticmethod
        @tf.custom_gradient
        def static_method(x):
            return x * x, lambda dy: 20.0 * x * dy

    @tf.custom_gradient
    def function(x):
        return x * x, lambda dy: 20.0 * x * dy

    square = tf.function(lambda x: x * x)

    @tf.custom_gradient
    def around(x):
        return square(x), lambda dy: 20.0 * x * dy

    if form == "parentheses":
        function = _compat.custom_gradient_called()(lambda x: (x * x, lambda dy: 20.0 * x * dy))

    chosen = {
        "function": function,
        "parentheses": function,
        "method": Holder().method,
        "static_method": Holder.static_method,
        "twice": lambda x: function(function(x)),
        "around": around,
        "inside": tf.function(function),
        "lambda_layer": tf.keras.layers.Lambda(function),
    }[form]

    return _take.answers(chosen, mode, w, x)
