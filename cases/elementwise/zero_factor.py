"""Where an op is linear in its first argument, its derivative there does not depend on whether that argument is zero.

For y > 0, xlogy(x, y) = x log y, xlog1py(x, y) = x log(1 + y) and xdivy(x, y) = divide_no_nan(x, y) = x / y, and
multiply_no_nan(y, x) = x y: all linear in x, whose value may be 0 (a probability that is zero). Oracle, for f = x h(y) at any
x: d_x = h, d_y = x h', d_xx = 0, d_xy = d_yx = h', d_yy = x h'', with h = log y, log(1 + y), 1 / y, y.

"zero factor": the gradient rules give 0 for the derivative in x where x = 0, and with it lose the mixed second derivatives.
"zero factor in the second derivative": the rule for d_x is mended, and the one that the derivative of d_y = xdivy(x, y) uses
is not.

Source: tensorflow/tensorflow #56873, #119476, #127238, #127240.
"""

import numpy as np

from cases.elementwise import _take

PARAMS = {"op": ("xlogy", "xlog1py", "xdivy", "divide_no_nan", "multiply_no_nan"), "mode": ("eager", "graph")}
EXCLUDE = ({"mode": "graph", "op": ("xlog1py", "divide_no_nan", "multiply_no_nan")},)
RTOL = 1e-14  # float64


def inputs(op, mode):
    return np.array([0.0, 0.0, 1.5]), np.array([2.0, 0.5, 3.0])


def oracle(op, mode):
    x, y = inputs(op, mode)
    h, first, second = {
        "xlogy": (np.log(y), 1 / y, -1 / y**2),
        "xlog1py": (np.log1p(y), 1 / (1 + y), -1 / (1 + y) ** 2),
        "xdivy": (1 / y, -1 / y**2, 2 / y**3),
        "divide_no_nan": (1 / y, -1 / y**2, 2 / y**3),
        "multiply_no_nan": (y, np.ones(3), np.zeros(3)),
    }[op]
    return {
        "value": x * h,
        "d_x": h,
        "d_y": x * first,
        "d_xx": np.zeros(3),
        "d_xy": first,
        "d_yx": first,
        "d_yy": x * second,
    }


def explanations(op, mode):
    right, is_zero = oracle(op, mode), inputs(op, mode)[0] == 0
    lost = {name: np.where(is_zero, 0, right[name]) for name in ("d_x", "d_xy", "d_yx")}
    return {"zero factor": lost, "zero factor in the second derivative": {"d_yx": lost["d_yx"]}}


def build(op, mode):
    function = _take.named("math." + op)
    x, y = inputs(op, mode)
    swapped = op == "multiply_no_nan"
    return _take.answers(lambda x, y: function(y, x) if swapped else function(x, y), mode, x=x, y=y)
