"""A process is as if no case had been before: its folder, environment, NumPy and TensorFlow are as they begin.

Oracle: what Python, NumPy and TensorFlow document as the settings that they begin with; 2 x for the gradient of x squared.
"""

import os

import numpy as np

PARAMS = {"of": ("process", "tensorflow")}


def oracle(of):
    if of == "process":
        return {"folder": "work", "deterministic_ops": None, "divisions": "warn", "seeded": False}
    return {"gradient": 6.0, "eager": False, "floatx": "float32", "dtype": "float32", "seeded": False}


def _process():
    drawn = np.random.rand()
    return {
        "folder": os.path.basename(os.getcwd()),
        "deterministic_ops": os.environ.get("TF_DETERMINISTIC_OPS"),
        "divisions": np.geterr()["divide"],
        "seeded": drawn == np.random.RandomState(1).rand(),
    }


def _tensorflow():
    import tensorflow as tf

    # Refused where determinism is on and no seed was set.
    drawn = float(tf.random.uniform(()))
    tf.random.set_seed(7)
    seen = []

    @tf.function
    def squared(x):
        seen.append(tf.executing_eagerly())
        return x * x

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = squared(x)
    return {
        "gradient": tape.gradient(y, x),
        "eager": seen[0],
        "floatx": tf.keras.backend.floatx(),
        "dtype": tf.keras.layers.Dense(1)(tf.ones((1, 1), "float32")).dtype.name,
        "seeded": drawn == float(tf.random.uniform(())),
    }


def build(of):
    return _process if of == "process" else _tensorflow
