"""With op determinism enabled, what cannot be repeated is refused, and what is seeded is not.

"Calling tf.keras.utils.set_random_seed sets ... the TensorFlow seed." Random ops without a global seed "will raise a
RuntimeError if determinism is enabled and a seed has not been set"; so does what is not deterministic by its name. Ops with
seeds of their own raise ValueError: "If no seed is specified and op determinism is enabled."

Oracle: the exception's type that these sentences promise, and none with a seed.

Source: documentation of tf.config.experimental.enable_op_determinism, tf.nn.fractional_max_pool,
tf.image.sample_distorted_bounding_box and tf.random.Generator.from_non_deterministic_state.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

SINCE = "2.8"
PARAMS = {
    "op": (
        "normal",
        "shuffle",
        "dropout",
        "fractional_max_pool",
        "distorted_bounding_box",
        "non_deterministic_generator",
    ),
    "seeded": (False, True),
}
EXCLUDE = ({"seeded": True, "op": ("shuffle", "dropout", "non_deterministic_generator")},)
# Determinism cannot be switched off again, and a seed is global.
ISOLATE = "point"


def oracle(op, seeded):
    if seeded:
        return {"error": "none"}
    return {"error": "ValueError" if op in ("fractional_max_pool", "distorted_bounding_box") else "RuntimeError"}


def build(op, seeded):
    tf.config.experimental.enable_op_determinism()
    if seeded:
        tf.random.set_seed(1)
    x = tf.constant(np.random.RandomState(1).normal(size=(1, 8, 8, 1)).astype(np.float32))
    seed = 5 if seeded else 0
    call = {
        "normal": lambda: tf.random.normal([3]),
        "shuffle": lambda: tf.random.shuffle(x[0]),
        "dropout": lambda: tf.nn.dropout(x, 0.5),
        "fractional_max_pool": lambda: tf.nn.fractional_max_pool(x, [1.0, 1.4, 1.4, 1.0], seed=seed),
        "distorted_bounding_box": lambda: tf.image.sample_distorted_bounding_box(
            [8, 8, 1], tf.constant([[[0.1, 0.1, 0.9, 0.9]]]), seed=seed, min_object_covered=0.5
        ),
        "non_deterministic_generator": lambda: tf.random.Generator.from_non_deterministic_state(),
    }[op]
    return lambda: {"error": _compat.error_of(call)}
