"""Unlike ``gradient``, ``jacobian`` takes a single target: a list or a dict of targets is refused.

The guide: "the target must be a single tensor". Its documentation names no error, so any exception will do here; what would be
wrong is an answer, since ``gradient`` adds the targets of a list up. ``None`` as a target is refused as well.

Oracle: refused, except for the tensor itself, whose Jacobian is diag(2 x) by the power rule.

Source: TensorFlow guide, "Advanced automatic differentiation", Jacobians, the note at its beginning.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"target": ("tensor", "list_of_one", "list", "dict", "none"), "mode": ("eager", "graph")}


def inputs(target, mode):
    return np.array([0.5, -1.25, 2.0])


def oracle(target, mode):
    x = inputs(target, mode)
    return {"refused": target != "tensor", "jacobian": np.diag(2 * x) if target == "tensor" else None}


def build(target, mode):
    x = tf.constant(inputs(target, mode))

    def take(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
            z = x * x * x
        asked = {"tensor": y, "list_of_one": [y], "list": [y, z], "dict": {"y": y, "z": z}, "none": None}[target]
        return tape.jacobian(asked, x)

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        found = []
        error = _compat.error_of(lambda: found.append(call(x)))
        return {"refused": error != "none", "jacobian": found[0] if found else None}

    return answer
