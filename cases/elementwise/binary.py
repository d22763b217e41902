"""Binary ops have their partial derivatives, summed over the axes along which an argument was broadcast.

Asked of z = f(x, y) with x of shape (3, 1) and y of shape (4,), so that both are broadcast. Oracle: the partial derivatives
of f on the (3, 4) grid; ``d_x`` sums f_x over the columns, ``d_y`` sums f_y over the rows, and so do the derivatives of their
sums: ``d_xx`` and ``d_yx`` over the columns, ``d_xy`` and ``d_yy`` over the rows. With q = x^2 + y^2:

    atan2(x, y)    y / q, -x / q; -2 x y / q^2, (x^2 - y^2) / q^2, 2 x y / q^2
    x^y            y x^(y-1), x^y log x; y (y-1) x^(y-2), x^(y-1) (1 + y log x), x^y log^2 x
    (x - y)^2      2 (x - y), -2 (x - y); 2, -2, 2
    x mod y        1, -floor(x / y); 0, 0, 0
    x log y        log y, x / y; 0, 1 / y, -x / y^2, and x log(1 + y) likewise
    x / y          1 / y, -x / y^2; 0, -1 / y^2, 2 x / y^3
    x y            y, x; 0, 1, 0
    max, min       1 for the one that is taken; 0, 0, 0
    nextafter      1, 0; 0, 0, 0

"not summed": the rule of atan2 leaves out the sum over the broadcast axes, so that the gradients have the shape of z.

Source: calculus; tensorflow/python/ops/math_grad.py, where releases changed how broadcast axes are found.
"""

import numpy as np

from cases.elementwise import _take

PARAMS = {
    "op": (
        "atan2",
        "pow",
        "squared_difference",
        "floormod",
        "xlogy",
        "xlog1py",
        "xdivy",
        "divide_no_nan",
        "truediv",
        "multiply",
        "multiply_no_nan",
        "maximum",
        "minimum",
        "nextafter",
    ),
    "mode": ("eager", "graph", "unknown", "jit"),
}
EXCLUDE = (
    {"mode": ("graph", "unknown", "jit"), "op": ("squared_difference", "floormod", "xlog1py", "xdivy")},
    {"mode": ("graph", "unknown", "jit"), "op": ("divide_no_nan", "truediv", "multiply", "multiply_no_nan")},
    {"mode": ("graph", "unknown", "jit"), "op": ("minimum", "nextafter")},
    {"mode": ("unknown", "jit"), "op": ("atan2", "maximum")},
    {"mode": "jit", "op": "xlogy"},
)
RTOL = 1e-13  # float64; transcendental functions of other libraries
ATOL = {"d_xx": 1e-15, "d_xy": 1e-15, "d_yx": 1e-15, "d_yy": 1e-15}


def inputs(op, mode):
    if op in ("atan2", "floormod", "maximum", "minimum", "multiply_no_nan"):
        return np.array([[-1.4], [0.3], [2.2]]), np.array([-1.0, 0.5, 2.0, -0.3])
    return np.array([[0.6], [1.7], [3.1]]), np.array([0.5, 1.2, 2.4, 3.3])


def oracle(op, mode):
    x, y = inputs(op, mode)
    x, y = x + 0 * y, y + 0 * x
    q, zero, one = x**2 + y**2, 0 * x, 0 * x + 1
    # All ops at the inputs of one: some are not defined there.
    with np.errstate(divide="ignore", invalid="ignore"):
        log_x, log_y, log_1_y = np.log(x), np.log(y), np.log(1 + y)
        quotient = (x / y, 1 / y, -x / y**2, zero, -1 / y**2, 2 * x / y**3)
        product = (x * y, y, x, zero, one, zero)
        value, d_x, d_y, d_xx, d_xy, d_yy = {
            "atan2": (np.arctan2(x, y), y / q, -x / q, -2 * x * y / q**2, (x**2 - y**2) / q**2, 2 * x * y / q**2),
            "pow": (
                np.abs(x) ** y,
                y * np.abs(x) ** (y - 1),
                np.abs(x) ** y * log_x,
                y * (y - 1) * np.abs(x) ** (y - 2),
                np.abs(x) ** (y - 1) * (1 + y * log_x),
                np.abs(x) ** y * log_x**2,
            ),
            "squared_difference": ((x - y) ** 2, 2 * (x - y), -2 * (x - y), 2 * one, -2 * one, 2 * one),
            "floormod": (np.mod(x, y), one, -np.floor(x / y), zero, zero, zero),
            "xlogy": (x * log_y, log_y, x / y, zero, 1 / y, -x / y**2),
            "xlog1py": (x * log_1_y, log_1_y, x / (1 + y), zero, 1 / (1 + y), -x / (1 + y) ** 2),
            "xdivy": quotient,
            "divide_no_nan": quotient,
            "truediv": quotient,
            "multiply": product,
            "multiply_no_nan": product,
            "maximum": (np.maximum(x, y), 1.0 * (x > y), 1.0 * (x < y), zero, zero, zero),
            "minimum": (np.minimum(x, y), 1.0 * (x < y), 1.0 * (x > y), zero, zero, zero),
            "nextafter": (np.nextafter(x, y), one, zero, zero, zero, zero),
        }[op]
    return {
        "value": value,
        "d_x": d_x.sum(1, keepdims=True),
        "d_y": d_y.sum(0),
        "d_xx": d_xx.sum(1, keepdims=True),
        "d_xy": d_xy.sum(0),
        "d_yx": d_xy.sum(1, keepdims=True),
        "d_yy": d_yy.sum(0),
    }


def explanations(op, mode):
    if op != "atan2":
        return {}
    x, y = inputs(op, mode)
    q = x**2 + y**2
    return {"not summed": {"d_x": y / q, "d_y": -x / q}}


def build(op, mode):
    x, y = inputs(op, mode)
    return _take.answers(_take.named("math." + op), mode, x=x, y=y)
