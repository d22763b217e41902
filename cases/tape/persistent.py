"""A persistent tape answers a second time; any other tape raises RuntimeError when it is used a second time.

y = x² and z = x³ are recorded; the first use is ``gradient(y, x)``, the second is the same gradient, that of z, or a Jacobian.

Oracle: 2x; then 2x, 3x², diag(2x) or, for rows of the batch, the diagonal matrix of each row, where the tape is persistent. The
documentation promises "RuntimeError: If called on a used, non-persistent tape".

Explanation "exhausted tape": the second use in a graph is not refused and finds no record, so that a Jacobian is None and a
batch Jacobian is zero, since there None is turned into zeros.

Source: documentation of tf.GradientTape (persistent) and of its method gradient (Raises).
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph"),
    "persistent": (True, False),
    "second": ("same", "other_target", "jacobian", "batch_jacobian"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = (
    {"mode": "nested_graph", "second": "other_target"},
    {"mode": "nested_graph", "persistent": True, "second": ("jacobian", "batch_jacobian")},
)


def inputs(second, **_):
    x = np.array([2.0, -1.5, 0.25], np.float32)
    return x[:, None] if second == "batch_jacobian" else x


def oracle(persistent, second, **_):
    x = inputs(second).astype(np.float64)
    if not persistent:
        return {"first": 2.0 * x, "second": None, "error": "RuntimeError"}
    answers = {
        "same": lambda: 2.0 * x,
        "other_target": lambda: 3.0 * x * x,
        "jacobian": lambda: np.diag(2.0 * x),
        "batch_jacobian": lambda: 2.0 * x[:, :, None],
    }
    return {"first": 2.0 * x, "second": answers[second](), "error": "none"}


def explanations(persistent, second, **_):
    if persistent:
        return {}
    nothing = np.zeros_like(inputs(second)[:, :, None]) if second == "batch_jacobian" else None
    return {"exhausted tape": {"second": nothing, "error": "none"}}


def build(mode, persistent, second):
    x = tf.constant(inputs(second))
    errors = []

    def gradients():
        with tf.GradientTape(persistent=persistent) as tape:
            tape.watch(x)
            y = x * x
            z = y * x
        uses = {
            "same": lambda: tape.gradient(y, x),
            "other_target": lambda: tape.gradient(z, x),
            "jacobian": lambda: tape.jacobian(y, x, experimental_use_pfor=False),
            "batch_jacobian": lambda: tape.batch_jacobian(y, x, experimental_use_pfor=False),
        }
        first = tape.gradient(y, x)
        again = []
        errors.append(_compat.error_of(lambda: again.append(uses[second]())))
        return first, (again[0] if again else None)

    call = _compat.in_mode(gradients, mode)

    def answer():
        first, again = call()
        return {"first": first, "second": again, "error": errors[-1]}

    return answer
