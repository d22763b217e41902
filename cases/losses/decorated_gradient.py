"""A custom loss has the same gradient with and without ``@tf.function``, in every training loop.

The question that the project began from: a loss on class-weighted one-hot targets trains differently when it is decorated, in
``fit`` one way and in a custom loop the other. Asked here of a single step on one batch: the loss, and the gradients of kernel
and bias of a Dense(3, softmax) on 1024 features. In ``fit`` they are read off one step of plain SGD with learning rate 1, as
the difference of the weights.

Oracle: (s p - t) / n for the logits, with s the sum of a row's targets; derived in ``_thread.py`` together with the two known
wrong answers. Labels of shape (n, 1) mean the same as (n,), so their oracle is the same.

Source: tensorflow/tensorflow #40984, #46923, #36998.
"""

import tensorflow as tf

from cases.losses import _thread

PARAMS = {
    "loss": ("plain", "decorated"),
    "loop": ("eager", "graph", "fit", "fit_eagerly"),
    "labels": ("vector", "column"),
}
# Sums of 48 rows of float32 products over 1024 features: some tens of ulp; the wrong answers differ by tens of per cent.
RTOL = 2e-5


def inputs(**params):
    return _thread.data(48)


def oracle(**params):
    return _thread.right(*inputs(**params))


def explanations(**params):
    return {
        "logits shortcut": _thread.logits_shortcut(*inputs(**params)),
        "broadcast labels": _thread.broadcast_labels(*inputs(**params)),
        "broadcast labels and logits shortcut": _thread.broadcast_shortcut(*inputs(**params)),
    }


def build(loss, loop, labels):
    features, y, kernel, bias = inputs()
    y = y if labels == "vector" else y[:, None]
    model = _thread.make_model(kernel, bias)
    loss_function = _thread.make_loss(loss)

    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss_function(y, model(x))
        return value, tape.gradient(value, model.trainable_variables)

    def by_tape():
        call = tf.function(step) if loop == "graph" else step
        value, (d_kernel, d_bias) = call(tf.constant(features), tf.constant(y))
        return {"loss": value, "kernel": d_kernel, "bias": d_bias}

    def by_fit():
        model.compile(
            loss=loss_function, optimizer=tf.keras.optimizers.SGD(learning_rate=1.0), run_eagerly=loop == "fit_eagerly"
        )
        history = model.fit(features, y, batch_size=len(features), epochs=1, shuffle=False, verbose=0)
        after_kernel, after_bias = model.get_weights()
        return {"loss": history.history["loss"][0], "kernel": kernel - after_kernel, "bias": bias - after_bias}

    return by_fit if loop.startswith("fit") else by_tape
