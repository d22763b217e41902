"""A tape outside of a ``tf.function`` sees through it: arguments, captured variables and captured tensors all have gradients.

f(x) = sum(x² v c) with an argument x, a captured variable v and a captured tensor c, called under a tape that is outside of the
decorated function; ``unused`` passes an argument that f does not use.

Oracle: 2x v c, x² c, x² v, and None for the unused argument, as without the decorator. Stopped within the function by
``tf.stop_gradient(x)``, x has None; called under ``tape.stop_recording()`` all have None.

Source: TensorFlow guide, "Better performance with tf.function"; documentation of tf.GradientTape.stop_recording.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "forward": ("eager", "graph", "nested_graph", "jit"),
    "variant": ("plain", "stop_gradient", "stop_recording", "called_twice"),
    "dtype": ("float32", "float64"),
}
EXCLUDE = (
    {"forward": "graph", "dtype": "float64", "variant": ("stop_gradient", "stop_recording", "called_twice")},
    {"forward": ("nested_graph", "jit"), "dtype": "float64"},
    {"forward": ("nested_graph", "jit"), "variant": ("stop_gradient", "stop_recording")},
)


def inputs(dtype, **_):
    random = np.random.RandomState(5)
    return tuple(random.uniform(0.5, 2.0, size=4).astype(dtype) for _ in range(4))


def oracle(variant, dtype, **_):
    x, v, c, _unused = (value.astype(np.float64) for value in inputs(dtype))
    right = {"x": 2.0 * x * v * c, "v": x * x * c, "c": x * x * v, "unused": None}
    if variant == "stop_gradient":
        right["x"] = None
    if variant == "stop_recording":
        right = dict.fromkeys(right)
    if variant == "called_twice":
        right = {name: None if value is None else 2.0 * value for name, value in right.items()}
    return right


def build(forward, variant, dtype):
    x, v, c, unused = (tf.constant(value) for value in inputs(dtype))
    v = tf.Variable(v)

    def product(x, unused):
        x = tf.stop_gradient(x) if variant == "stop_gradient" else x
        return tf.reduce_sum(x * x * v * c)

    call = _compat.in_mode(product, forward)

    def answer():
        with tf.GradientTape() as tape:
            tape.watch([x, c, unused])
            if variant == "stop_recording":
                with tape.stop_recording():
                    z = call(x, unused)
            else:
                z = call(x, unused)
            if variant == "called_twice":
                z += call(x, unused)
        return tape.gradient(z, {"x": x, "v": v, "c": c, "unused": unused})

    return answer
