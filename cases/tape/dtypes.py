"""Sources of a floating type have gradients of that type; integers, booleans and strings have None, and no error.

Floating: z = x², exact at the x asked. Others: z = 2 x as float32 (for strings 2 times the length), with y = 1.5² beside it.

Oracle: dz/dx = 2x in x's dtype by the power rule, None for a type that is not differentiable; d(y²)/dy = 2y = 3 either way.

Source: TensorFlow guide, "Introduction to gradients", Took gradients through an integer or string.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph"),
    "source": ("tensor", "variable"),
    "dtype": ("float16", "bfloat16", "float32", "float64", "int32", "int64", "uint8", "bool", "string"),
}
# Tracing takes the time: eager execution is asked in full, the graph of less, the other modes once or twice.
EXCLUDE = (
    {"mode": "nested_graph", "dtype": ("bfloat16", "float32", "float64", "int32", "int64", "uint8", "bool", "string")},
    {"mode": "graph", "source": "variable", "dtype": ("bfloat16", "float32", "int64", "uint8", "bool")},
    {"mode": "graph", "source": "tensor", "dtype": ("int64", "uint8")},
    {"mode": "nested_graph", "source": "variable"},
)


def inputs(dtype, **_):
    return {"bool": True, "string": "abc"}.get(dtype, 1.5 if "float" in dtype else 3)


def oracle(dtype, **_):
    floating = "float" in dtype
    return {
        "dz_dx": np.float64(2.0 * inputs(dtype)) if floating else None,
        "dy_dy": np.float64(3.0),
        "dtype": dtype if floating else "none",
    }


def build(mode, source, dtype):
    value = tf.constant(inputs(dtype), tf.as_dtype(dtype))
    x = tf.Variable(value) if source == "variable" else value
    y = tf.Variable(1.5)

    def gradients():
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            if x.dtype.is_floating:
                z = x * x
            else:
                number = tf.strings.length(x) if dtype == "string" else x
                z = 2.0 * tf.cast(number, tf.float32)
            total = tf.cast(z, tf.float64) + tf.cast(y * y, tf.float64)
        return tape.gradient(total, [x, y])

    call = _compat.in_mode(gradients, mode)

    def answer():
        dz_dx, dy_dy = call()
        return {"dz_dx": dz_dx, "dy_dy": dy_dy, "dtype": "none" if dz_dx is None else dz_dx.dtype.name}

    return answer
