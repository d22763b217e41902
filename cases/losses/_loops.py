"""How the cases of this folder take a loss and its gradient: by a tape in every mode, and off one step of a training loop.

The step is one of plain SGD with learning rate 1, so that the gradient is the difference of the weights.
"""

import numpy as np
import tensorflow as tf

from cases import _compat


def keras_loss(name, **options):
    """A loss of Keras by the name of its class, where the release has it."""
    if not hasattr(tf.keras.losses, name):
        raise _compat.Unsupported("tf.keras.losses." + name)
    return getattr(tf.keras.losses, name)(**options)


def function(name):
    """A loss of Keras that is a function, by the name that ``compile`` knows it by, where the release has it."""
    name = {"mean_squared_error": "MSE", "mean_absolute_error": "MAE"}.get(name, name)  # as all releases call them
    if not hasattr(tf.keras.losses, name):
        raise _compat.Unsupported("tf.keras.losses." + name)
    return getattr(tf.keras.losses, name)


def answers(loss, mode, source, before=tf.identity):
    """A call that gives ``loss(before(source))`` and its gradient in ``source``.

    In the mode ``decorated`` the loss alone is a ``tf.function``; in the others everything is run in the mode.
    """
    source = tf.constant(source)
    loss = tf.function(loss, autograph=False) if mode == "decorated" else loss

    def take(source):
        with tf.GradientTape() as tape:
            tape.watch(source)
            value = loss(before(source))
        return value, tape.gradient(value, source)

    call = _compat.in_mode(take, "eager" if mode == "decorated" else mode, autograph=False)

    def answer():
        value, gradient = call(source)
        return {"loss": value, "gradient": gradient}

    return answer


def linear(kernel, activation=None, steps=None, mask=False, kind=None):
    """A model of one layer, Dense without bias, on rows (n, f) or on sequences (n, steps, f), with ``mask`` of their zeros."""
    features, outputs = kernel.shape
    given = tf.keras.Input((features,) if steps is None else (steps, features))
    hidden = tf.keras.layers.Masking()(given) if mask else given
    result = tf.keras.layers.Dense(outputs, activation, use_bias=False)(hidden)
    model = (kind or tf.keras.Model)(given, result)
    model.set_weights([kernel])
    return model


def train(model, loss, loop, x, y, **weights):
    """Loss and gradient of the kernel from one step on one batch, by ``fit``, ``fit_eagerly`` or ``train_on_batch``."""
    before = model.get_weights()[0]
    options = {}
    if np.ndim(weights.get("sample_weight")) == 2 and _compat.version() < (2, 2):
        options["sample_weight_mode"] = "temporal"  # without it, weights of steps were refused
    optimizer = tf.keras.optimizers.SGD(learning_rate=1.0)
    model.compile(loss=loss, optimizer=optimizer, run_eagerly=loop == "fit_eagerly", **options)
    if loop == "train_on_batch":
        value = np.ravel(model.train_on_batch(x, y, **weights))[0]
    else:
        fitted = model.fit(x, y, batch_size=len(x), epochs=1, shuffle=False, verbose=0, **weights)
        value = fitted.history["loss"][0]
    return {"loss": value, "kernel": before - model.get_weights()[0]}


def through_kernel(x, outputs):
    """Outputs with the gradient in the kernel in the place of that in the predictions x W: x^T g, summed over all rows."""
    gradient = outputs["gradient"]
    rows = x.astype(np.float64).reshape(-1, x.shape[-1])
    return {"loss": outputs["loss"], "kernel": rows.T @ gradient.reshape(-1, gradient.shape[-1])}
