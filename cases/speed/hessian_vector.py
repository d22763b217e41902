"""Forward over reverse and reverse over reverse give the same Hessian-vector product, at every size.

Timed: one product H v of the log-sum-exp of 2 n linear functions of n variables, in its n elements; no Hessian is ever formed.

Oracle: the Hessian A' (diag p - p p') A of ``cases/nesting/_hessians.py`` times v, product by product: with u = A v it is
A' (p u - p (p'u)).

Source: documentation of tf.autodiff.ForwardAccumulator ("Hessian-vector products"); Pearlmutter, Fast exact multiplication by the
Hessian, 1994.
"""

import numpy as np

from cases import _compat
from cases.nesting import _hessians

PARAMS = {"way": ("forward_over_reverse", "reverse_over_reverse"), "mode": ("eager", "graph"), "n": (16, 128, 512)}
# Eagerly the size hardly shows.
EXCLUDE = ({"mode": "eager", "n": (16, 512)},)
TIMED = {"unit": "elements"}
# float32: sums of up to 1024 products, taken twice, with terms that cancel: some tens of ulp.
RTOL = 1e-5


def closed_form(a, x, v):
    z = a @ x
    p = np.exp(z - z.max())
    p /= p.sum()
    u = a @ v
    return {"hv": (p * u - p * (p @ u)) @ a}


def oracle(way, mode, n):
    return closed_form(*(array.astype(np.float64) for array in _hessians.inputs("logsumexp", n)))


def work(way, mode, n):
    return n


def floor(way, mode, n):
    a, x, v = _hessians.inputs("logsumexp", n)
    return lambda: closed_form(a, x, v)


def build(way, mode, n):
    f, x, v = _hessians.in_tensorflow("logsumexp", n)
    product = _hessians.times_vector(f, "dot" if way == "reverse_over_reverse" else way)
    call = _compat.in_mode(product, mode, autograph=False)
    return lambda: {"hv": call(x, v)}
