"""Training with the thread's custom loss converges to the same place, decorated or not, in ``fit`` or in a custom loop.

The thread's two pictures, made shorter (40 epochs at twice its learning rate end where its 100 do): batches of 50 by RMSprop from
the same weights, on the same data in the same order.
``loop`` is an eager custom loop, a decorated custom loop, ``fit``, and ``class_weight``: ``fit`` with Keras's own weights on
``sparse_categorical_crossentropy``, which is the same loss. The whole curve is kept for the report.

Oracle: the same training in float64 NumPy with the gradient of ``_thread.right`` and RMSprop's recurrence (Hinton's lecture 6e;
rho 0.9, learning rate 0.002): v <- rho v + (1 - rho) g^2, w <- w - lr g / (sqrt(v) + eps). An epoch's loss is the mean over its
batches, each taken before its step. The explanation "logits shortcut" is the same training with the fused op's gradient.

Source: tensorflow/tensorflow #40984.
"""

import numpy as np
import tensorflow as tf

from cases.losses import _thread

PARAMS = {"loss": ("plain", "decorated"), "loop": ("eager", "graph", "fit", "class_weight")}
EXCLUDE = ({"loss": "decorated", "loop": "class_weight"},)
KEEP = ("curve",)
TIME_LIMIT_S = 120.0
# Releases place RMSprop's epsilon inside or outside of the root, which shows once gradients are as small as epsilon, and 120
# steps amplify rounding: curves of the same gradient stay within 2 % of the first loss and end within 0.002 of each other. The
# wrong gradients end ten times farther away.
RTOL = {"curve": 0.02, "last_epochs": 0.05}
ATOL = {"last_epochs": 0.002}

BATCH, EPOCHS, LEARNING_RATE, RHO, EPSILON = 50, 40, 0.002, 0.9, 1e-7


def inputs(loss, loop):
    return _thread.data(150, seed=2)


def _train(gradient, features, labels, kernel, bias):
    weights = [kernel.astype(np.float64), bias.astype(np.float64)]
    squares = [np.zeros_like(weight) for weight in weights]
    curve = []
    for _ in range(EPOCHS):
        losses = []
        for start in range(0, len(features), BATCH):
            rows = slice(start, start + BATCH)
            answer = gradient(features[rows], labels[rows], *weights)
            losses.append(answer["loss"])
            for weight, square, g in zip(weights, squares, (answer["kernel"], answer["bias"])):
                square += (1 - RHO) * (g * g - square)
                weight -= LEARNING_RATE * g / (np.sqrt(square) + EPSILON)
        curve.append(np.mean(losses))
    return {"curve": np.array(curve), "last_epochs": np.mean(curve[-10:])}


def oracle(loss, loop):
    return _train(_thread.right, *inputs(loss, loop))


def explanations(loss, loop):
    return {
        "logits shortcut": _train(_thread.logits_shortcut, *inputs(loss, loop)),
        "broadcast labels": _train(_thread.broadcast_labels, *inputs(loss, loop)),
    }


def build(loss, loop):
    features, labels, kernel, bias = inputs(loss, loop)
    model = _thread.make_model(kernel, bias)
    loss_function = _thread.make_loss(loss)
    optimizer = tf.keras.optimizers.RMSprop(learning_rate=LEARNING_RATE, rho=RHO, epsilon=EPSILON)

    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss_function(y, model(x))
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return value

    def by_hand():
        call = tf.function(step) if loop == "graph" else step
        curve = []
        for _ in range(EPOCHS):
            batches = range(0, len(features), BATCH)
            losses = [
                call(tf.constant(features[start : start + BATCH]), tf.constant(labels[start : start + BATCH]))
                for start in batches
            ]
            curve.append(np.mean([value.numpy() for value in losses]))
        return curve

    def by_fit():
        weights = dict(enumerate(_thread.WEIGHTS)) if loop == "class_weight" else None
        chosen = "sparse_categorical_crossentropy" if loop == "class_weight" else loss_function
        model.compile(loss=chosen, optimizer=optimizer)
        fitted = model.fit(
            features, labels, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0, class_weight=weights
        )
        return fitted.history["loss"]

    def answer():
        curve = np.array(by_fit() if loop in ("fit", "class_weight") else by_hand())
        return {"curve": curve, "last_epochs": curve[-10:].mean()}

    return answer
