"""``tf.stop_gradient`` stops the gradient along one path and leaves the others alone.

Four places for it, with the guide's z = x² + stop_gradient(y²) first. Oracle, with s(.) differentiated as a constant:

    one_term  z = x² + s(y²)      dz/dx = 2x    dz/dy = None
    factor    z = x·s(x) + y      dz/dx = x     dz/dy = 1      (the product rule without its second term)
    all       z = s(x² + y²)      dz/dx = None  dz/dy = None
    argument  z = x·y, x of s(x)  dz/dx = None  dz/dy = x

At x = 2 the guide prints 4.0 and None.

Source: TensorFlow guide, "Advanced automatic differentiation", Stop gradient flow with precision.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "place": ("one_term", "factor", "all", "argument"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": ("nested_graph", "jit"), "place": ("factor", "all", "argument")},)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32), np.array([3.0, 0.5, -2.0], np.float32)


def oracle(place, **_):
    x, y = (value.astype(np.float64) for value in inputs())
    dz_dx = {"one_term": 2.0 * x, "factor": x, "all": None, "argument": None}
    dz_dy = {"one_term": None, "factor": np.ones(3), "all": None, "argument": x}
    return {"dz_dx": dz_dx[place], "dz_dy": dz_dy[place]}


def build(mode, place):
    x, y = (tf.Variable(value) for value in inputs())
    stop = tf.stop_gradient
    places = {
        "one_term": lambda: x**2 + stop(y**2),
        "factor": lambda: x * stop(x) + y,
        "all": lambda: stop(x**2 + y**2),
        "argument": lambda: stop(x) * y,
    }

    def gradients():
        with tf.GradientTape() as tape:
            z = places[place]()
        return tape.gradient(z, [x, y])

    call = _compat.in_mode(gradients, mode)

    def answer():
        dz_dx, dz_dy = call()
        return {"dz_dx": dz_dx, "dz_dy": dz_dy}

    return answer
