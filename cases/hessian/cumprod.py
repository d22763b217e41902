"""The Hessian of a cumulative product is right with any number of zeros among the factors.

f(x) = sum_i c_i prod_(m <= i) x_m, with 0, 1 or 2 zeros. Oracle: f is linear in each x_k, so
g_k = sum_(i >= k) c_i prod_(m <= i, m != k) x_m and, off the diagonal,
H_jk = sum_(i >= max(j, k)) c_i prod_(m <= i, m != j, k) x_m; 0 on the diagonal.

TensorFlow's gradient for P = cumprod(x) is r / x with r_k = sum_(i >= k) c_i P_i, which is 0/0 at a zero of x. Differentiated
again by the same rule, row j of the Hessian is [j = k] (-r_k / x_k^2) + (sum_(i >= k) P_i c_i u_i) / x_k with
u_i = [i >= j] / x_j. "division by zero" is this with 0/0 = NaN; "guarded division" with a / 0 = 0, which is finite and wrong.

Source: tensorflow/tensorflow #3862 and #119430.
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {"zeros": (0, 1, 2), "how": ("eager_pfor", "graph_while")}
EXCLUDE = (
    {"how": "graph_while", "zeros": 0},
    {"how": "graph_while", "zeros": 2},
)
RTOL = 1e-13  # float64; a division by every factor
ATOL = {"hessian": 1e-14}
TIME_LIMIT_S = 20.0
C = np.array([1.0, -2.0, 0.5, 3.0])


def inputs(zeros, how):
    x = np.array([1.5, -0.5, 2.0, 0.75])
    x[[2, 1][:zeros]] = 0
    return x


def oracle(zeros, how):
    x = inputs(zeros, how)

    def part(*out):
        return sum(C[i] * np.delete(x[: i + 1], out).prod() for i in range(max(out), 4))

    hessian = [[part(j, k) if j != k else 0.0 for k in range(4)] for j in range(4)]
    return {"value": (C * np.cumprod(x)).sum(), "gradient": [part(k) for k in range(4)], "hessian": hessian}


def explanations(zeros, how):
    x = inputs(zeros, how)

    def by_division(divide):
        p = np.cumprod(x)
        r = np.cumsum((C * p)[::-1])[::-1]
        rows = []
        for v in np.eye(4):
            u = np.cumsum(divide(v, x))
            rows.append(v * divide(divide(-r, x), x) + divide(np.cumsum((p * C * u)[::-1])[::-1], x))
        return {"gradient": divide(r, x), "hessian": rows}

    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "division by zero": by_division(np.divide),
            "guarded division": by_division(lambda a, b: np.where(b == 0, 0, a / np.where(b == 0, 1, b))),
        }


def build(zeros, how):
    mode, loop = how.split("_")
    return _take.answers(lambda x: tf.reduce_sum(C * tf.math.cumprod(x)), mode, loop, inputs(zeros, how))
