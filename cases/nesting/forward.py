"""Forward mode gives the directional derivative, and nested in itself the curvature v'Hv along the direction.

Functions as in ``hessian_vector``. ``jvp`` is <gradient, v> by one ``tf.autodiff.ForwardAccumulator``; ``curvature`` that of
two, one within the other.

Oracle: <gradient, v> and v'Hv by the gradients and the dense Hessians of ``_hessians.py``.

Source: documentation of tf.autodiff.ForwardAccumulator ("Take higher-order JVPs from outer accumulators").
"""

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
    {"mode": ("graph", "jit"), "n": 24},
    {"mode": "jit", "function": ("logsumexp", "rosenbrock")},
    {"mode": "eager", "function": ("rosenbrock", "quartic")},
    {"function": "quartic", "mode": "graph"},
)
# Sums of 48 products, taken twice, with terms that cancel: some tens of ulp.
RTOL = 1e-5


def oracle(function, n, **_):
    gradient, hessian, v = _hessians.derivatives(function, n)
    return {"jvp": gradient @ v, "curvature": v @ hessian @ v}


def build(function, mode, n):
    f, x, v = _hessians.in_tensorflow(function, n)

    def derivatives(x, v):
        with _compat.forward_accumulator(x, v) as outer:
            with _compat.forward_accumulator(x, v) as inner:
                y = f(x)
            jvp = inner.jvp(y)
        return jvp, outer.jvp(jvp)

    call = _compat.in_mode(derivatives, mode, autograph=False)
    return lambda: dict(zip(("jvp", "curvature"), call(x, v)))
