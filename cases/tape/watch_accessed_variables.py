"""With ``watch_accessed_variables=False`` a tape has gradients for what it was told to watch, and None for the rest.

z = sum(x² y). Oracle: dz/dx = 2xy and dz/dy = x² where the variable is watched, None where it is not. By default
(``accessed=True``) both are watched when they are read, told or not. ``listed`` is what ``tape.watched_variables()`` names, by
its documentation "in order of construction".

Source: TensorFlow guide, "Introduction to gradients", Controlling what the tape watches; documentation of tf.GradientTape.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "accessed": (True, False),
    "watched": ("nothing", "x", "y_then_x"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": ("nested_graph", "jit"), "watched": ("x", "y_then_x")},)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32), np.array([3.0, 0.5, -2.0], np.float32)


def oracle(accessed, watched, **_):
    x, y = (value.astype(np.float64) for value in inputs())
    has_x, has_y = accessed or watched != "nothing", accessed or watched == "y_then_x"
    return {
        "dz_dx": 2.0 * x * y if has_x else None,
        "dz_dy": x * x if has_y else None,
        "listed": "x" * has_x + "y" * has_y,
    }


def build(mode, accessed, watched):
    x, y = (tf.Variable(value, name=name) for value, name in zip(inputs(), "xy"))
    listed = []

    def gradients():
        with tf.GradientTape(watch_accessed_variables=accessed) as tape:
            tape.watch({"nothing": [], "x": [x], "y_then_x": [y, x]}[watched])
            z = tf.reduce_sum(y * x * x)
        listed.append("".join("x" if variable is x else "y" for variable in tape.watched_variables()))
        return tape.gradient(z, [x, y])

    call = _compat.in_mode(gradients, mode)

    def answer():
        dz_dx, dz_dy = call()
        return {"dz_dx": dz_dx, "dz_dy": dz_dy, "listed": listed[-1]}

    return answer
