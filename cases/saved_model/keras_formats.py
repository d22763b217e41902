"""A Keras model with a custom gradient in a layer has it again after loading in a fresh process, in every format that there is.

A layer with a kernel k and a custom gradient of 10 times the true one for x k and 100 times for the kernel, in a model of one
layer, saved as SavedModel (by ``save`` in Keras 2, by ``export`` in Keras 3), as HDF5 and as ``.keras``. HDF5 and ``.keras``
hold the layer's configuration, so they are loaded with its code; a SavedModel is loaded with the code and without (``none``),
where the gradient has to come from the file.

Oracle: y = x k elementwise, total = sum(w y): dx = 10 w k, dk = 100 sum over rows of (w x). Without code, releases before 2.6
cannot save a custom gradient: a LookupError, "not saved".

Source: TensorFlow guide, Custom gradients in SavedModel; tensorflow/tensorflow #34211.
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.saved_model import _fresh

PARAMS = {
    "format": ("saved_model", "h5", "keras"),
    "code": ("given", "none"),
    "mode": ("eager", "graph"),
}
EXCLUDE = ({"format": ("h5", "keras"), "code": "none"},)

K = np.array([1.5, -0.5, 2.0], np.float32)

_SAVED = []
_ANSWERS = {}


def inputs(**params):
    random = np.random.RandomState(8)
    return random.normal(size=(4, 3)).astype(np.float32), random.normal(size=(4, 3)).astype(np.float32)


def oracle(**params):
    x, w = (array.astype(np.float64) for array in inputs(**params))
    return {"value": x * K, "dx": 10.0 * w * K, "dk": 100.0 * (w * x).sum(axis=0), "error": "none"}


def explanations(**params):
    right = oracle(**params)
    lost = {"dx": None, "dk": None}
    return {
        "true gradient": {"dx": right["dx"] / 10.0, "dk": right["dk"] / 100.0},
        "not saved": dict(lost, error="LookupError"),
        "not saved, by another name": dict(lost, error="StagingError"),
    }


class Scale(tf.keras.layers.Layer):
    """x k, elementwise, with a custom gradient."""

    def build(self, input_shape):
        self.k = self.add_weight(name="k", shape=(3,), initializer="ones")
        self.built = True

    def call(self, x):
        kernel = tf.convert_to_tensor(self.k)

        @tf.custom_gradient
        def scale(x, k):
            return x * k, lambda dy: (10.0 * dy * k, 100.0 * tf.reduce_sum(dy * x, axis=0))

        return scale(x, kernel)


def save(format):
    model = tf.keras.Sequential([tf.keras.layers.Input(shape=(3,)), Scale()])
    model.set_weights([K])
    _compat.save_keras(model, format, format)


def ask(format, code):
    call, variables = _compat.load_keras(format, format, {"Scale": Scale} if code == "given" else None)
    x, w = (tf.constant(array) for array in inputs())

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(w * call(x))
        return tape.gradient(total, [x, variables[0]])

    found = {}
    for mode in PARAMS["mode"]:

        def keep():
            found[mode + "/dx"], found[mode + "/dk"] = _compat.in_mode(gradient, mode)(x)

        found.update({mode + "/value": call(x), mode + "/dx": None, mode + "/dk": None})
        found[mode + "/error"] = _compat.error_of(keep)
    return found


def build(format, code, mode):
    _compat.keras_format(format, code)

    def answer():
        name = (format, code)
        if name not in _ANSWERS:
            if format not in _SAVED:
                _fresh.elsewhere("cases.saved_model.keras_formats:save", format=format)
                _SAVED.append(format)
            _ANSWERS[name] = _fresh.elsewhere("cases.saved_model.keras_formats:ask", format=format, code=code)
        return {key[len(mode) + 1 :]: value for key, value in _ANSWERS[name].items() if key.startswith(mode + "/")}

    return answer
