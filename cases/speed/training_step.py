"""``fit`` and a hand-written loop find the same loss and gradient on the same batches, with a decorated custom loss.

Timed: four steps on four batches of n rows, as an epoch of ``fit`` on arrays or as four calls of one ``tf.function`` on tensors.
The learning rate is 0, so that every epoch finds the weights of the first. The gradient is read off one step of plain SGD with
learning rate 1 on the first batch, made by the same compiled model or function before anything is timed.

The model is the one of ``cases/losses/_thread.py``, Dense(3, softmax) on 1024 features, but the labels are the class-weighted
one-hot targets themselves, (n, 3), which no release reshapes or broadcasts.

Oracle: with targets t and s their sum by rows, the loss is the mean of -sum_c t_c log p_c over all 4 n rows, since the batches
have the same size; the gradients are those of the first n rows, from dz = (s p - t) / n, derived in ``_thread.py``; the weights
stay what they were.

Source: tensorflow/tensorflow #40984.
"""

import functools

import numpy as np
import tensorflow as tf

from cases.losses import _thread

PARAMS = {"by": ("fit", "hand_written"), "n": (8, 64, 256)}
# An epoch of ``fit`` takes as long at any of these sizes.
EXCLUDE = ({"by": "fit", "n": (8, 256)},)
TIMED = {"unit": "steps"}
STEPS = 4
# float32: products over 1024 features and sums of up to 256 rows, some tens of ulp; a gradient read off weights of size 0.08 has
# their absolute rounding, 4e-9, beside entries of 0.1. The logits shortcut differs by tens of per cent.
RTOL = {"loss": 1e-5, "d_kernel": 2e-5, "d_bias": 2e-5, "kernel": 0.0, "bias": 0.0}


def inputs(n, **_):
    """Features (4 n, 1024), labels (4 n,), kernel and bias."""
    return _thread.data(STEPS * n)


def oracle(by, n):
    features, labels, kernel, bias = inputs(n)
    first = _thread.right(features[:n], labels[:n], kernel, bias)
    return {
        "loss": _thread.right(features, labels, kernel, bias)["loss"],
        "d_kernel": first["kernel"],
        "d_bias": first["bias"],
        "kernel": kernel,
        "bias": bias,
    }


def explanations(by, n):
    features, labels, kernel, bias = inputs(n)
    shortcut = _thread.logits_shortcut(features[:n], labels[:n], kernel, bias)
    return {"logits shortcut": {"d_kernel": shortcut["kernel"], "d_bias": shortcut["bias"]}}


def work(by, n):
    return STEPS


def build(by, n):
    features, labels, kernel, bias = inputs(n)
    targets = _thread.targets(labels).astype(np.float32)
    model = _thread.make_model(kernel, bias)
    optimizer = tf.keras.optimizers.SGD(learning_rate=1.0)

    # Without AutoGraph, which has nothing to convert here and takes longer than the traces.
    @functools.partial(tf.function, autograph=False)
    def loss_function(y_true, y_pred):
        return tf.reduce_mean(tf.keras.losses.categorical_crossentropy(y_true, y_pred))

    @functools.partial(tf.function, autograph=False)
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_function(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    def fit(x, y):
        return model.fit(x, y, batch_size=n, epochs=1, shuffle=False, verbose=0).history["loss"][0]

    def by_hand(batches):
        return sum(float(step(x, y)) for x, y in batches) / len(batches)

    batches = [
        (tf.constant(features[start : start + n]), tf.constant(targets[start : start + n]))
        for start in range(0, len(features), n)
    ]
    if by == "fit":
        model.compile(loss=loss_function, optimizer=optimizer)
        fit(features[:n], targets[:n])
    else:
        by_hand(batches[:1])
    after_kernel, after_bias = model.get_weights()
    d_kernel, d_bias = kernel - after_kernel, bias - after_bias
    model.set_weights([kernel, bias])
    optimizer.learning_rate = 0.0

    def answer():
        loss = fit(features, targets) if by == "fit" else by_hand(batches)
        after_kernel, after_bias = model.trainable_variables
        return {"loss": loss, "d_kernel": d_kernel, "d_bias": d_bias, "kernel": after_kernel, "bias": after_bias}

    return answer
