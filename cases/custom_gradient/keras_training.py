"""A layer's custom gradient is what trains it, in every training loop.

A Dense(1) without bias behind a layer that clips the gradient that flows back to a norm of 0.5 (the guide's
``clip_gradients``), on a mean squared error. One step of SGD with learning rate 1, by an eager and a decorated custom loop, by
``fit``, and by ``fit`` run eagerly.

Oracle: with z = X k, the layer passes z on; the loss is mean((z - y)^2), whose gradient for z is g = 2 (z - y) / n, clipped to
c = g * 0.5 / max(|g|, 0.5); the kernel's gradient is X' c. The wrong answer "not clipped" is X' g.

Source: TensorFlow guide, Custom gradients.
"""

import numpy as np
import tensorflow as tf

PARAMS = {"loop": ("eager", "graph", "fit", "fit_eagerly"), "n": (8, 32)}
EXCLUDE = (
    {"loop": "fit", "n": 8},
    {"loop": "fit_eagerly", "n": 8},
    {"loop": "graph", "n": 32},
)
RTOL = {"loss": 2e-6, "kernel": 1e-5}  # sums of 4 to 32 products in float32; fit's is a difference of weights near 1


def inputs(loop, n):
    random = np.random.RandomState(6)
    x = random.normal(size=(n, 4)).astype(np.float32)
    return x, (10.0 * random.normal(size=(n, 1))).astype(np.float32), random.normal(size=(4, 1)).astype(np.float32)


def _answer(loop, n, clip):
    x, y, kernel = (array.astype(np.float64) for array in inputs(loop, n))
    error = x @ kernel - y
    g = 2.0 * error / n
    g = g * 0.5 / max(np.sqrt(np.sum(g * g)), 0.5) if clip else g
    return {"loss": np.mean(error * error), "kernel": x.T @ g}


def oracle(loop, n):
    return _answer(loop, n, clip=True)


def explanations(loop, n):
    return {"not clipped": _answer(loop, n, clip=False)}


def build(loop, n):
    x, y, kernel = inputs(loop, n)

    @tf.custom_gradient
    def clip_gradients(z):
        return z, lambda dz: tf.clip_by_norm(dz, 0.5)

    class Clip(tf.keras.layers.Layer):
        def call(self, z):
            return clip_gradients(z)

    model = tf.keras.Sequential([tf.keras.layers.Dense(1, use_bias=False), Clip()])
    model.build((None, 4))
    model.set_weights([kernel])

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x) - y))
        return loss, tape.gradient(loss, model.trainable_variables)

    def by_tape():
        loss, (d_kernel,) = (tf.function(step) if loop == "graph" else step)(tf.constant(x), tf.constant(y))
        return {"loss": loss, "kernel": d_kernel}

    def by_fit():
        model.compile(loss="mse", optimizer=tf.keras.optimizers.SGD(learning_rate=1.0), run_eagerly=loop != "fit")
        history = model.fit(x, y, batch_size=n, epochs=1, shuffle=False, verbose=0)
        return {"loss": history.history["loss"][0], "kernel": kernel - model.get_weights()[0]}

    return by_fit if loop.startswith("fit") else by_tape
