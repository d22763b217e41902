"""Training twice from the same seed gives the same weights, bit for bit: shuffled data, dropout, an optimizer, four threads.

"You can train a model and finish each run with exactly the same trainable variables", with the seeds set and determinism
enabled. Without it that is not promised.

Oracle: ``different``, the number of weights whose bits differ between two runs: 0; ``moved``: training changes them. Both
runs start from the same given weights.

Source: documentation of tf.config.experimental.enable_op_determinism, "Writing deterministic models".
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.determinism import _ops

PARAMS = {"loop": ("fit", "tape"), "enabled": (False, True)}
EXCLUDE = ({"loop": "fit", "enabled": False},)
# Determinism cannot be switched off again.
ISOLATE = "point"


def oracle(loop, enabled):
    return {"different": 0, "moved": True}


def build(loop, enabled):
    _ops.threads()
    if enabled:
        if not hasattr(tf.config.experimental, "enable_op_determinism"):
            raise _compat.Unsupported("tf.config.experimental.enable_op_determinism")
        tf.config.experimental.enable_op_determinism()
    random = np.random.RandomState(67)
    x, y = random.normal(size=(128, 8)).astype(np.float32), random.normal(size=(128, 1)).astype(np.float32)
    start = [(0.3 * random.normal(size=shape)).astype(np.float32) for shape in ((8, 16), (16,), (16, 1), (1,))]

    def run():
        tf.random.set_seed(5)
        np.random.seed(5)
        dense, last = tf.keras.layers.Dense(16, activation="relu"), tf.keras.layers.Dense(1)
        model = tf.keras.Sequential([dense, tf.keras.layers.Dropout(0.25, seed=3), last])
        model(x[:1])
        model.set_weights(start)
        optimizer = tf.keras.optimizers.SGD(learning_rate=0.05, momentum=0.5)
        if loop == "fit":
            model.compile(loss="mse", optimizer=optimizer)
            model.fit(x, y, batch_size=32, epochs=1, shuffle=True, verbose=0)
        else:
            for batch, target in tf.data.Dataset.from_tensor_slices((x, y)).shuffle(128, seed=9).batch(32):
                with tf.GradientTape() as tape:
                    value = tf.reduce_mean((model(batch, training=True) - target) ** 2)
                variables = model.trainable_variables
                optimizer.apply_gradients(zip(tape.gradient(value, variables), variables))
        return [layer.get_weights() for layer in (dense, last)]

    def answer():
        runs = [np.concatenate([array.reshape(-1) for weights in run() for array in weights]) for _ in range(2)]
        begun = np.concatenate([array.reshape(-1) for array in start])
        return {"different": int((runs[0] != runs[1]).sum()), "moved": np.array(bool((runs[0] != begun).any()))}

    return answer
