"""What one tape is told to do, the tape beside it does not notice.

Two tapes on y = x² and z = x y; tape a is told to stop recording for y, to reset after y, to stop watching accessed variables,
or it raises in its block after y.

Oracle: tape b gives dz/dx = 3x² and dy/dx = 2x always. Tape a gives dy/dx = None and, with y a constant for it, dz/dx = x² where
it stopped for y or forgot it; both None where it watches nothing; dy/dx = 2x and dz/dx = None where its block ended before z.

Source: documentation of tf.GradientTape: stop_recording ("Temporarily stops recording operations on this tape"), reset.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "told": ("stop_recording", "reset", "watch_nothing", "raise"),
    "order": ("a_outside", "b_outside"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "told": ("reset", "watch_nothing", "raise")},
    {"mode": ("nested_graph", "jit"), "order": "b_outside"},
)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32)


def oracle(told, **_):
    x = inputs().astype(np.float64)
    dy, dz = {
        "stop_recording": (None, x * x),
        "reset": (None, x * x),
        "watch_nothing": (None, None),
        "raise": (2 * x, None),
    }[told]
    return {"a_y": dy, "a_z": dz, "b_y": 2 * x, "b_z": 3 * x * x}


def build(mode, told, order):
    x = tf.Variable(inputs())

    def record(a):
        if told == "stop_recording":
            with a.stop_recording():
                y = x * x
        else:
            y = x * x
        if told == "reset":
            a.reset()
        if told == "raise":
            a.__exit__(KeyError, KeyError("leave"), None)
        return y, x * y

    def gradients():
        a = tf.GradientTape(persistent=True, watch_accessed_variables=told != "watch_nothing")
        b = tf.GradientTape(persistent=True)
        first, second = (a, b) if order == "a_outside" else (b, a)
        first.__enter__()
        second.__enter__()
        y, z = record(a)
        for tape in (second, first):
            if tape is b or told != "raise":
                tape.__exit__(None, None, None)
        return {"a_y": a.gradient(y, x), "a_z": a.gradient(z, x), "b_y": b.gradient(y, x), "b_z": b.gradient(z, x)}

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(gradients), mode)
    return lambda: dict(call())
