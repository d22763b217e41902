"""Four ways to a Hessian-vector product give H v: two of reverse over reverse, forward over reverse, reverse over forward.

``dot``: gradient of <gradient, v>; ``weights``: gradient of the gradient with ``output_gradients=v``; forward over reverse and
reverse over forward with ``tf.autodiff.ForwardAccumulator``.

Oracle: the dense Hessians of ``_hessians.py`` times v.

Source: documentation of tf.autodiff.ForwardAccumulator ("Hessian-vector products"); Pearlmutter, Fast exact multiplication by the
Hessian, 1994.
"""

from cases import _compat
from cases.nesting import _hessians

PARAMS = {
    "way": ("dot", "weights", "forward_over_reverse", "reverse_over_forward"),
    "function": ("logsumexp", "quartic"),
    "mode": ("eager", "graph", "jit"),
    "n": (3, 24),
}
# One size for each mode, one function for graphs and XLA: tracing and compiling take the time.
EXCLUDE = (
    {"mode": "eager", "n": 3},
    {"mode": ("graph", "jit"), "n": 24},
    {"mode": ("graph", "jit"), "function": "logsumexp"},
    {"mode": "jit", "way": ("weights", "forward_over_reverse", "reverse_over_forward")},
    {"mode": "eager", "function": "quartic", "way": ("forward_over_reverse", "reverse_over_forward")},
)
# Sums of 48 products, taken twice, with terms that cancel: some tens of ulp.
RTOL = 1e-5


def oracle(function, n, **_):
    _, hessian, v = _hessians.derivatives(function, n)
    return {"hv": hessian @ v}


def build(way, function, mode, n):
    f, x, v = _hessians.in_tensorflow(function, n)
    call = _compat.in_mode(_hessians.times_vector(f, way), mode, autograph=False)
    return lambda: {"hv": call(x, v)}
