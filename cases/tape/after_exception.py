"""An exception in a tape's block ends the recording cleanly: the tape still answers, and the tapes around it go on.

y = x² is recorded, then something raises: the block itself (``block``), an inner tape's block (``inner_block``), or an op whose
shapes do not fit, caught within the block (``op``). Then z = x y is computed: after the block, under the outer tape, or in the
same block. ``reentered`` leaves by an exception and enters the same tape again for z; ``active`` enters a tape that records.

Oracle: dy/dx = 2x always. dz/dx = 3x² where the asked tape recorded z, None where its block had ended (``block``). Entering an
active tape raises ValueError, by the text of tf.GradientTape's check.

Source: tf.GradientTape as a context manager; "Tape is still recording" in its source.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "what": ("block", "inner_block", "op", "reentered", "active"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = ({"mode": ("nested_graph", "jit"), "what": ("inner_block", "op", "reentered", "active")},)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32)


def oracle(what, **_):
    x = inputs().astype(np.float64)
    return {
        "dy_dx": 2.0 * x,
        "dz_dx": None if what == "block" else 3.0 * x * x,
        "error": {"active": "ValueError", "op": "a shape error"}.get(what, "KeyError"),
    }


def build(mode, what):
    x = tf.constant(inputs())
    errors = []

    def use(tape):
        """x² on the tape, and then out of it by an exception."""
        with tape:
            tape.watch(x)
            y.append(x * x)
            raise KeyError("leave")

    y = []

    def gradients():
        del y[:]
        tape, outer = tf.GradientTape(persistent=True), tf.GradientTape(persistent=True)
        if what in ("block", "reentered"):
            errors.append(_compat.error_of(lambda: use(tape)))
            if what == "reentered":
                with tape:
                    z = x * y[0]
            else:
                z = x * y[0]
            return tape.gradient(y[0], x), tape.gradient(z, x)
        if what == "inner_block":
            with outer:
                outer.watch(x)
                errors.append(_compat.error_of(lambda: use(tape)))
                z = x * y[0]
            return tape.gradient(y[0], x), outer.gradient(z, x)
        with tape:
            tape.watch(x)
            y.append(x * x)
            if what == "active":
                errors.append(_compat.error_of(tape.__enter__))
            else:
                name = _compat.error_of(lambda: tf.matmul(x[None, :], tf.ones([4, 1])))
                # InvalidArgumentError when it runs, ValueError when it is traced.
                errors.append("a shape error" if name in ("InvalidArgumentError", "ValueError") else name)
            z = x * y[0]
        return tape.gradient(y[0], x), tape.gradient(z, x)

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(gradients), mode)

    def answer():
        dy_dx, dz_dx = call()
        return {"dy_dx": dy_dx, "dz_dx": dz_dx, "error": errors[-1]}

    return answer
