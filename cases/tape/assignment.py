"""A variable's assignment is not differentiated: the gradient stops at the variable's own value, as it was when it was read.

Variables x0 = 3 and x1 = 1. Oracle:

    assign_add   x1.assign_add(x0); y = x1²    dy/dx0 = None, dy/dx1 = 2(x1 + x0) = 8    (the introduction's example)
    assign_sub   x1.assign_sub(x0); y = x1²    None, 2(x1 - x0) = -4
    assign       x1.assign(x0 x0);  y = x1²    None, 2 x0² = 18
    between      y = x0 x1; x1.assign(5 x1); y = y x1    dy/dx0 = x1 (5 x1) = 5
                 dy/dx1 = x0 (5 x1) + x0 x1 = 18: each read is differentiated, at the value it gave
    after        y = x0 x1 x1; x1.assign(5)    dy/dx0 = x1² = 1, dy/dx1 = 2 x0 x1 = 6 of the old value

Source: TensorFlow guide, "Introduction to gradients", Took gradients through a stateful object.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "what": ("assign_add", "assign_sub", "assign", "between", "after"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": ("nested_graph", "jit"), "what": ("assign_sub", "assign", "between", "after")},)


def inputs(**_):
    return 3.0, 1.0


def oracle(what, **_):
    x0, x1 = inputs()
    d_x0 = {"between": x1 * 5.0 * x1, "after": x1 * x1}.get(what)
    d_x1 = {
        "assign_add": 2.0 * (x1 + x0),
        "assign_sub": 2.0 * (x1 - x0),
        "assign": 2.0 * x0 * x0,
        "between": x0 * 5.0 * x1 + x0 * x1,
        "after": 2.0 * x0 * x1,
    }[what]
    return {"dy_dx0": d_x0 if d_x0 is None else np.float64(d_x0), "dy_dx1": np.float64(d_x1)}


def build(mode, what):
    values = inputs()
    x0, x1 = (tf.Variable(value) for value in values)

    def gradients():
        with tf.GradientTape() as tape:
            if what == "assign_add":
                x1.assign_add(x0)
                y = x1**2
            elif what == "assign_sub":
                x1.assign_sub(x0)
                y = x1**2
            elif what == "assign":
                x1.assign(x0 * x0)
                y = x1**2
            elif what == "between":
                y = x0 * x1
                x1.assign(5.0 * x1)
                y = y * x1
            else:
                y = x0 * x1 * x1
                x1.assign(5.0)
        return tape.gradient(y, [x0, x1])

    call = _compat.in_mode(gradients, mode)

    def answer():
        x0.assign(values[0])
        x1.assign(values[1])
        d_x0, d_x1 = call()
        return {"dy_dx0": d_x0, "dy_dx1": d_x1}

    return answer
