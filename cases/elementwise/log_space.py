"""Softmax, log_softmax, logsumexp and its cumulative form have right derivatives for large numbers and for numbers that are
masked by -inf.

Oracle, for weights w and direction v (``d_xx`` is the Hessian times v), p = softmax(x), dp = p (v - p . v); an element -inf
has p = 0:

    w . softmax        p (w - p . w);  dp (w - p . w) - p (dp . w)
    w . log_softmax    w - (sum of w) p;  -(sum of w) dp      (over the finite elements)
    logsumexp          p;  dp
    w . cumulative     sum over k of w_k p_k;  sum over k of w_k dp_k, with p_k = softmax of the first k elements, in reverse of
                       the last ones; exclusive leaves the k-th out, and the empty sum, whose weight is 0, has no gradient
    ``last_squared``   f = c^2 / 2 with c the last cumulative element: c p;  p (p . v) + c dp

``cumulative_masked`` begins with -inf, whose own output -inf has the weight 0. "inf - inf": the rule of cumulative_logsumexp
takes the logarithm of the incoming gradient less the value, which is +inf there, and adds x = -inf.

Source: calculus; documentation of tf.math.cumulative_logsumexp; tensorflow/tensorflow #127243 (NaN by forward mode).
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {
    "op": (
        "softmax",
        "softmax_masked",
        "log_softmax",
        "log_softmax_masked",
        "logsumexp",
        "logsumexp_masked",
        "cumulative",
        "cumulative_reverse",
        "cumulative_exclusive",
        "cumulative_masked",
        "last_squared",
    ),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {"mode": "graph", "op": ("softmax", "softmax_masked", "log_softmax", "log_softmax_masked", "logsumexp")},
    {"mode": "graph", "op": ("logsumexp_masked", "cumulative", "cumulative_reverse", "cumulative_exclusive")},
    {"mode": "graph", "op": "cumulative_masked"},
)
RTOL = 1e-12  # float64: exponentials of numbers that are differences of numbers of size 1000
ATOL = 1e-14
WEIGHTS = np.array([0.7, -1.1, 0.4, 1.3])
DIRECTION = np.array([0.5, 1.2, -0.8, 0.3])


def inputs(op, mode):
    if op.endswith("masked"):
        return np.array([-np.inf, 0.5, 1.5, -0.25])
    if op in ("softmax", "log_softmax", "logsumexp"):
        return np.array([1000.0, 999.0, -1000.0, 1000.5])
    return np.array([0.3, 2.0, -1.0, 0.5])


def _windows(op):
    """Row k says which elements the k-th cumulative output sums."""
    k = np.arange(4)
    if op == "cumulative_reverse":
        return k[None, :] >= k[:, None]
    return k[None, :] < k[:, None] if op == "cumulative_exclusive" else k[None, :] <= k[:, None]


def _weights(op):
    weights = WEIGHTS.copy()
    if op in ("log_softmax_masked", "cumulative_masked", "cumulative_exclusive"):
        weights[0] = 0
    return np.array([0.0, 0, 0, 1]) if op == "last_squared" else weights


def _softmax(x):
    shifted = np.exp(x - x.max())
    return shifted / shifted.sum(), x.max() + np.log(shifted.sum())


def oracle(op, mode):
    x, v, w = inputs(op, mode), DIRECTION, _weights(op)
    p, total = _softmax(x)
    dp = p * (v - p @ v)
    if op.startswith("softmax"):
        return {"value": w @ p, "d_x": p * (w - p @ w), "d_xx": dp * (w - p @ w) - p * (dp @ w)}
    if op.startswith("log_softmax"):
        finite = np.isfinite(x)
        return {"value": w[finite] @ x[finite] - w.sum() * total, "d_x": w - w.sum() * p, "d_xx": -w.sum() * dp}
    if op.startswith("logsumexp"):
        return {"value": total, "d_x": p, "d_xx": dp}
    if op == "last_squared":
        return {"value": total**2 / 2, "d_x": total * p, "d_xx": p * (p @ v) + total * dp}
    value, first, second = 0.0, np.zeros(4), np.zeros(4)
    for weight, window in zip(w, _windows(op)):
        if weight:
            p, total = _softmax(np.where(window, x, -np.inf))
            value, first, second = value + weight * total, first + weight * p, second + weight * p * (v - p @ v)
    return {"value": value, "d_x": first, "d_xx": second}


def explanations(op, mode):
    right = oracle(op, mode)
    if op == "cumulative_masked":
        masked = np.isinf(inputs(op, mode))
        return {"inf - inf": {name: np.where(masked, np.nan, right[name]) for name in ("d_x", "d_xx")}}
    return {}


def build(op, mode):
    weights = _weights(op)
    # The outputs with a weight; the others may be -inf, which times 0 is NaN.
    kept = [index for index in range(4) if weights[index]]

    def weighted(values):
        return tf.reduce_sum(weights[kept] * tf.stack([values[index] for index in kept]))

    def function(x):
        if op.startswith("softmax"):
            return tf.reduce_sum(weights * tf.nn.softmax(x))
        if op.startswith("log_softmax"):
            return weighted(tf.nn.log_softmax(x))
        if op.startswith("logsumexp"):
            return tf.reduce_logsumexp(x)
        cumulative = _take.named("math.cumulative_logsumexp")
        if op == "last_squared":
            return cumulative(x)[-1] ** 2 / 2
        return weighted(cumulative(x, exclusive=op == "cumulative_exclusive", reverse=op == "cumulative_reverse"))

    return _take.answers(function, mode, directions={"x": DIRECTION}, x=inputs(op, mode))
