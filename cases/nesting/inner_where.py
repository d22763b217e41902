"""Only a gradient that is computed in the outer tape's block has a second derivative; outside of it, None.

y = x³ under two tapes; the inner gradient is asked inside the outer block, after it, in it while the outer tape does not record,
or in it through ``tf.stop_gradient``.

Oracle: dy/dx = 3x² always. d²y/dx² = 6x inside, else None, since what is outside of a tape's context is not
recorded; with ``unconnected_gradients="zero"`` zeros in place of None.

Source: TensorFlow guide, "Advanced automatic differentiation", Higher-order gradients.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "where": ("inside", "after", "stop_recording", "stop_gradient"),
    "unconnected": ("none", "zero"),
}
# Tracing takes the time: eager execution is asked in full, the graph of less, the other modes once or twice.
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "where": ("after", "stop_recording", "stop_gradient")},
    {"mode": "graph", "unconnected": "zero", "where": ("after", "stop_recording", "stop_gradient")},
    {"mode": ("nested_graph", "jit"), "unconnected": "zero"},
)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32)


def oracle(where, unconnected, **_):
    x = inputs().astype(np.float64)
    second = 6.0 * x if where == "inside" else (np.zeros(3) if unconnected == "zero" else None)
    return {"dy_dx": 3.0 * x**2, "d2y_dx2": second}


def build(mode, where, unconnected):
    x = tf.Variable(inputs())

    def gradients():
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                y = x * x * x
            if where == "stop_recording":
                with outer.stop_recording():
                    dy_dx = inner.gradient(y, x)
            elif where != "after":
                dy_dx = inner.gradient(y, x)
            if where == "stop_gradient":
                dy_dx = tf.stop_gradient(dy_dx)
        if where == "after":
            dy_dx = inner.gradient(y, x)
        return dy_dx, outer.gradient(dy_dx, x, unconnected_gradients=unconnected)

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(gradients), mode)
    return lambda: dict(zip(("dy_dx", "d2y_dx2"), call()))
