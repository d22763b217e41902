"""Forward mode gives the directional derivative, and nested in itself the curvature v'Hv along the direction.

Functions as in ``hessian_vector``. ``jvp`` is <gradient, v> by one ``tf.autodiff.ForwardAccumulator``; ``curvature`` that of
two, one within the other.

Oracle: v'Hv by the dense Hessians of ``_hessians.py``, and the gradients that stand beside them there; rosenbrock's is
-400 x_i (x_(i+1) - x_i²) - 2 (1 - x_i) for all but the last, plus 200 (x_i - x_(i-1)²) for all but the first.

Source: documentation of tf.autodiff.ForwardAccumulator ("Take higher-order JVPs from outer accumulators").
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.nesting import _hessians

PARAMS = {
    "function": ("logsumexp", "rosenbrock", "quartic"),
    "mode": ("eager", "graph", "jit"),
    "n": (3, 24),
}
# One size for each mode, one function for XLA: tracing and compiling take the time.
EXCLUDE = (
    {"mode": "eager", "n": 3},
    {"mode": "graph", "n": 24},
    {"mode": "jit", "n": 24},
    {"mode": "jit", "function": "logsumexp"},
    {"mode": "jit", "function": "rosenbrock"},
    {"mode": "eager", "function": "rosenbrock"},
    {"mode": "eager", "function": "quartic"},
)
# Sums of 48 products, taken twice, with terms that cancel: some tens of ulp.
RTOL = 1e-5


def oracle(function, n, **_):
    a, x, v = (value.astype(np.float64) for value in _hessians.inputs(function, n))
    if function == "logsumexp":
        p = np.exp(a @ x - (a @ x).max())
        g = a.T @ (p / p.sum())
    elif function == "quartic":
        q = (a + a.T) / 2.0
        g = (x @ q @ x) * (q @ x)
    else:
        g = np.zeros(n)
        g[:-1] += -400.0 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2.0 * (1.0 - x[:-1])
        g[1:] += 200.0 * (x[1:] - x[:-1] ** 2)
    return {"jvp": g @ v, "curvature": v @ _hessians.hessian(function, n) @ v}


def build(function, mode, n):
    matrix, x, v = (tf.constant(value) for value in _hessians.inputs(function, n))
    f = _hessians.in_tensorflow(function, matrix)

    def derivatives(x, v):
        with _compat.forward_accumulator(x, v) as outer:
            with _compat.forward_accumulator(x, v) as inner:
                y = f(x)
            jvp = inner.jvp(y)
        return jvp, outer.jvp(jvp)

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(derivatives), mode)
    return lambda: dict(zip(("jvp", "curvature"), call(x, v)))
