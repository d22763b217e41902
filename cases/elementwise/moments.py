"""Second derivatives of a variance know that the mean moves with the data.

Asked of rows x of n numbers, u = x - mean(x), with a weight for each row; ``d_xx`` is the Hessian times a direction v, v0 = v
- mean(v):

- ``moments``, ``variance``: f = w var(x), gradient 2 w u / n, Hessian times v 2 w v0 / n.
- ``weighted``: with p = q / sum q and mean p . x, the gradient is 2 w p (x - mean) and Hessian times v is 2 w p (v - p . v).
- ``std``: f = w s, s = sqrt(var): gradient w u / (n s), Hessian times v w (v0 / (n s) - u (u . v) / (n^2 s^3)).
- ``normalized``: f = c . u r with r = (var + e)^(-1/2), what a normalization layer computes. With c0 = c - mean(c):
  gradient r c0 - r^3 (c . u) u / n; Hessian times v, with r' = -r^3 (u . v) / n:
  r' c0 - (3 r^2 r' (c . u) + r^3 (c0 . v0)) u / n - r^3 (c . u) v0 / n.

Oracle: these. "mean held constant": tf.nn.moments stops the gradient of the mean inside the variance. The gradient 2 u / n is
right, since the u sum to zero, but its derivative is then 2 v / n in place of 2 v0 / n: in each formula the last v0 becomes
v.

Source: tensorflow/python/ops/nn_impl.py, moments: "stop_gradient does not change the gradient that gets backpropagated to the
mean from the variance calculation, because that gradient is zero" (tensorflow/tensorflow #19609)."""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {"op": ("moments", "weighted", "variance", "std", "normalized"), "mode": ("eager", "graph")}
EXCLUDE = ({"mode": "graph", "op": ("weighted", "variance", "std")},)
RTOL = 1e-13  # float64, a dozen operations
EPSILON = 1e-3


def inputs(op, mode):
    random = np.random.RandomState(401)
    return {
        "x": random.normal(size=(2, 5)) + 3.0,
        "direction": random.normal(size=(2, 5)) + 1.0,
        "weights": np.array([1.0, -0.5]),
        "frequency": random.uniform(0.5, 2.0, size=5),
        "c": random.normal(size=(2, 5)),
    }


def _answer(op, data, centre):
    """The three outputs, with ``centre`` taking the mean out of the direction where the mean's gradient may be stopped."""
    x, v, w = data["x"], data["direction"], data["weights"][:, None]
    n = x.shape[1]
    p = data["frequency"] / data["frequency"].sum() if op == "weighted" else np.full(n, 1.0 / n)
    u, v0 = x - (p * x).sum(1, keepdims=True), v - (p * v).sum(1, keepdims=True)
    variance, u_v = (p * u**2).sum(1, keepdims=True), (u * v).sum(1, keepdims=True)
    if op in ("moments", "variance", "weighted"):
        return {"value": (w * variance).sum(), "d_x": 2 * w * p * u, "d_xx": 2 * w * p * centre(v, v0)}
    if op == "std":
        s = np.sqrt(variance)
        return {
            "value": (w * s).sum(),
            "d_x": w * u / (n * s),
            "d_xx": w * (centre(v, v0) / (n * s) - u * u_v / (n**2 * s**3)),
        }
    c = data["c"]
    c0, c_u = c - c.mean(1, keepdims=True), (c * u).sum(1, keepdims=True)
    r = (variance + EPSILON) ** -0.5
    change = -(r**3) * u_v / n
    second = change * c0 - (3 * r**2 * change * c_u + r**3 * (c0 * v0).sum(1, keepdims=True)) * u / n
    return {
        "value": (c * u * r).sum(),
        "d_x": r * c0 - r**3 * c_u * u / n,
        "d_xx": second - r**3 * c_u * centre(v, v0) / n,
    }


def oracle(op, mode):
    return _answer(op, inputs(op, mode), lambda v, v0: v0)


def explanations(op, mode):
    return {"mean held constant": _answer(op, inputs(op, mode), lambda v, v0: v)}


def build(op, mode):
    data = inputs(op, mode)

    def function(x):
        if op == "normalized":
            mean, variance = tf.nn.moments(x, [1], keepdims=True)
            return tf.reduce_sum(data["c"] * tf.nn.batch_normalization(x, mean, variance, None, None, EPSILON))
        per_row = {
            "moments": lambda: tf.nn.moments(x, [1])[1],
            "weighted": lambda: tf.nn.weighted_moments(x, [1], data["frequency"])[1],
            "variance": lambda: tf.math.reduce_variance(x, 1),
            "std": lambda: tf.math.reduce_std(x, 1),
        }[op]()
        return tf.reduce_sum(data["weights"] * per_row)

    return _take.answers(function, mode, directions={"x": data["direction"]}, x=data["x"])
