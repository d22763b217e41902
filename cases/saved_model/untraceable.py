"""A custom gradient that cannot be traced is refused when it is saved, and does not hinder saving without it.

The guide: "to save into the SavedModel, the gradient function must be traceable". grad_fn here needs ``.numpy()`` of its
upstream gradient; the function itself is as traceable as any, so that nothing shows before the gradient is traced.

Oracle: ValueError ("Error when tracing gradients for SavedModel") if gradients are saved; nothing if not. The value y = x^2 is
right for whatever was saved.

Source: TensorFlow guide, Custom gradients in SavedModel.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.saved_model import _models

PARAMS = {"grad_fn": ("traceable", "untraceable"), "option": ("saved", "not_saved")}


def oracle(grad_fn, option):
    if (grad_fn, option) == ("untraceable", "saved"):
        return {"error": "ValueError", "value": None}
    return {"error": "none", "value": _models.X.astype(np.float64) ** 2}


def build(grad_fn, option):
    _compat.save_options(_models.OPTIONS[option])

    @tf.custom_gradient
    def square(x):
        def untraceable(dy):
            return tf.constant(20.0 * dy.numpy()) * x

        def traceable(dy):
            return 20.0 * dy * x

        return x * x, traceable if grad_fn == "traceable" else untraceable

    module = tf.Module()
    module.call = tf.function(lambda x: square(x), input_signature=[tf.TensorSpec([None], tf.float32)])

    def answer():
        error = _compat.error_of(lambda: _models.write(module, "model", option))
        value = tf.saved_model.load("model").call(_models.X) if error == "none" else None
        return {"error": error, "value": value}

    return answer
