"""The same global seed gives the same random numbers again, others from call to call, and the same in a new trace.

Oracle, from the examples in the documentation of tf.random.set_seed: after ``set_seed(s)`` calls give A1, A2, ...; after
``set_seed(s)`` once more they give A1, A2 again ("Calling tf.random.set_seed will reset any such counters"); A1 and A2
differ; another seed gives other numbers. A traced function "acts like a re-run of a program": two functions with the same
body, traced after the same seed, give the same sequence. Stateless ops give the same numbers for the same seed at every call.
Explanation "a seed of Keras's own": unseeded layers and initializers that draw a seed from Python's ``random`` take no notice
of ``tf.random.set_seed``; what they follow is ``tf.keras.utils.set_random_seed``.

Source: documentation of tf.random.set_seed and tf.random.stateless_uniform.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "what": (
        "uniform",
        "op_seed",
        "shuffle",
        "dropout",
        "dropout_layer",
        "initializer",
        "dataset",
        "stateless",
        "generator",
    ),
    "mode": ("eager", "graph"),
}
EXCLUDE = ({"mode": "graph", "what": ("dropout_layer", "initializer", "dataset", "generator")},)


def oracle(what, mode):
    return {"again": True, "next_differs": what != "stateless", "other_seed_differs": what != "stateless"}


def explanations(what, mode):
    return {"a seed of Keras's own": {"again": False}} if what in ("dropout_layer", "initializer") else {}


def _sequence(what, mode, seed):
    """Two calls, one after the other, from a new start."""
    tf.random.set_seed(seed)
    x = tf.constant(np.arange(64, dtype=np.float32))
    if what == "dropout_layer":
        layer = tf.keras.layers.Dropout(0.5)
        return [layer(x + 1.0, training=True).numpy() for _ in range(2)]
    if what == "initializer":
        return [tf.keras.initializers.GlorotUniform()((8, 8)).numpy() for _ in range(2)]
    if what == "dataset":
        dataset = tf.data.Dataset.range(64).shuffle(64)
        return [np.array(list(dataset.as_numpy_iterator())) for _ in range(2)]
    if what == "generator":
        module = tf.random if hasattr(tf.random, "Generator") else tf.random.experimental
        generator = module.Generator.from_seed(seed)
        return [generator.normal([64]).numpy() for _ in range(2)]
    call = {
        "uniform": lambda: tf.random.uniform([64]),
        "op_seed": lambda: tf.random.uniform([64], seed=3),
        "shuffle": lambda: tf.random.shuffle(x),
        "dropout": lambda: tf.nn.dropout(x + 1.0, 0.5),
        "stateless": lambda: tf.random.stateless_uniform([64], seed=[3, 4]),
    }[what]
    call = _compat.in_mode(call, mode, autograph=False)
    return [call().numpy() for _ in range(2)]


def build(what, mode):
    if what == "dataset" and not hasattr(tf.data.Dataset, "as_numpy_iterator"):
        raise _compat.Unsupported("tf.data.Dataset.as_numpy_iterator")

    def answer():
        first, second = _sequence(what, mode, 1234)
        again = _sequence(what, mode, 1234)
        other, _ = _sequence(what, mode, 4321)
        return {
            "again": np.array(np.array_equal(first, again[0]) and np.array_equal(second, again[1])),
            "next_differs": np.array(not np.array_equal(first, second)),
            "other_seed_differs": np.array(not np.array_equal(first, other)),
        }

    return answer
