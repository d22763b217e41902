"""Reductions, sorts and norms have their derivatives at ties, zeros, single elements and empty axes too.

Oracle, with r = |x|, weights w, direction v (``d_xx`` is the Hessian times v):

- max, min: equal elements share the gradient equally (the rule's own words: "the gradient will be divided between them").
- product: the product of the others; with one zero only that element has a gradient, with two none has (first derivative).
- std of one element is 0 for every x: gradient 0. Variance of equal elements: 0; 2 (v - mean(v)) / n.
- norm: x / r; v / r - x (x . v) / r^3. ``hinge``, the one-sided penalty max(r - 1, 0)^2 / 2 of each row: (r - 1) x / r; (1 -
  1/r) v + x (x . v) / r^3 where r > 1, and 0 where r < 1.
- c . x / r (l2_normalize, clip_by_norm outside of the ball): with e = x / r, g = (c - e (e . c)) / r and e' = (v - e (e . v))
  / r: g' = -(e' (e . c) + e (e' . c)) / r - (e . v) g / r. clip_by_norm is the identity inside of the ball, also at 0: c; 0.
- exclusive and reverse: element k of the cumulative sum or product takes the j > k: sum over k < j of w_k, or of w_k c_k /
  x_j, and in the second derivative of w_k c_k / (x_i x_j), i other than j.
- w . sort(x)^2 / 2: w and v at the rank of each element; argsort with gather likewise. top_k of equal elements: the lower
  index comes first.
- over an axis of length 0 the value is 0, 1, NaN, -inf (sum, product, mean, max) and the gradient is as empty as x.

"0 / 0": what the rules of std and of reduce_euclidean_norm compute at 0, where the incoming gradient is 0 in the second case.
"no gradient": reduce_euclidean_norm had None.

Source: documentation of tf.math.top_k, tf.cumsum; tensorflow/python/ops/math_grad.py.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {
    "op": (
        "max_ties",
        "min_ties",
        "prod_one_zero",
        "prod_two_zeros",
        "std_of_one",
        "variance_of_equal",
        "mean",
        "norm",
        "euclidean_norm",
        "norm_hinge",
        "euclidean_norm_hinge",
        "l2_normalize",
        "clip_by_norm",
        "clip_by_norm_inside",
        "clip_by_norm_at_zero",
        "cumsum",
        "cumprod",
        "sort",
        "sort_descending",
        "argsort",
        "top_k_ties",
        "empty_sum",
        "empty_prod",
        "empty_mean",
        "empty_max",
    ),
    "mode": ("eager", "unknown"),
}
EXCLUDE = (
    {"mode": "unknown", "op": ("min_ties", "prod_two_zeros", "variance_of_equal", "norm", "euclidean_norm")},
    {"mode": "unknown", "op": ("norm_hinge", "std_of_one", "l2_normalize", "clip_by_norm", "clip_by_norm_inside")},
    {"mode": "unknown", "op": ("cumsum", "cumprod", "sort", "clip_by_norm_at_zero", "sort_descending", "argsort")},
    {"mode": "unknown", "op": ("empty_sum", "empty_prod", "empty_max")},
)
RTOL = 1e-13  # float64
ATOL = {"d_xx": 1e-15}
W = np.array([0.7, -1.1, 0.4, 1.3])
V = np.array([0.5, 1.2, -0.8, 0.3])


def inputs(op, mode):
    if op.endswith("ties"):
        return np.array([1.0, 3.0, 3.0, 2.0]) * (-1 if op == "min_ties" else 1)
    if op.startswith("empty"):
        return np.zeros((0, 3))
    if op.endswith("hinge"):
        return np.array([[0.3, -0.4], [1.2, 0.9]])
    return np.array(
        {
            "prod_one_zero": [2.0, 0.0, 3.0, 0.5],
            "prod_two_zeros": [2.0, 0.0, 0.0, 0.5],
            "variance_of_equal": [2.0, 2.0, 2.0, 2.0],
            "clip_by_norm_inside": [0.3, -0.2, 0.4, 0.1],
            "clip_by_norm_at_zero": [0.0, 0.0, 0.0, 0.0],
        }.get(op, [0.6, -1.2, 2.0, 0.5])
    )


def oracle(op, mode):
    x, zero = inputs(op, mode), np.zeros(4)
    r = np.sqrt((x**2).sum())
    if op in ("max_ties", "min_ties"):
        return {"value": x[1], "d_x": np.array([0, 0.5, 0.5, 0]), "d_xx": zero}
    if op == "top_k_ties":
        return {"value": 3.0 * (W[0] + W[1]), "d_x": np.array([0, W[0], W[1], 0]), "d_xx": zero}
    if op.startswith("prod"):
        others = np.array([np.prod(np.delete(x, i)) for i in range(4)])
        return {"value": 0.0, "d_x": others}
    if op == "std_of_one":
        return {"value": zero, "d_x": zero}
    if op == "variance_of_equal":
        return {"value": 0.0, "d_x": zero, "d_xx": (V - V.mean()) / 2}
    if op == "mean":
        return {"value": x.mean() ** 2 / 2, "d_x": zero + x.mean() / 4, "d_xx": zero + V.mean() / 4}
    if op in ("norm", "euclidean_norm"):
        return {"value": r, "d_x": x / r, "d_xx": V / r - x * (x @ V) / r**3}
    if op.endswith("hinge"):
        v, r = V.reshape(2, 2), np.sqrt((x**2).sum(1, keepdims=True))
        second = (1 - 1 / r) * v + x * (x * v).sum(1, keepdims=True) / r**3
        return {
            "value": (np.maximum(r - 1, 0) ** 2).sum() / 2,
            "d_x": np.where(r > 1, (r - 1) * x / r, 0),
            "d_xx": np.where(r > 1, second, 0),
        }
    if op in ("l2_normalize", "clip_by_norm"):
        e, v = x / r, (V - x * (x @ V) / r**2) / r
        g = (W - e * (e @ W)) / r
        return {"value": W @ e, "d_x": g, "d_xx": -(v * (e @ W) + e * (v @ W)) / r - (e @ V) * g / r}
    if op.startswith("clip_by_norm"):
        return {"value": W @ x, "d_x": W, "d_xx": zero}
    if op in ("cumsum", "cumprod"):
        return _cumulative(op, x)
    if op in ("sort", "sort_descending", "argsort"):
        order = np.argsort(x if op != "sort_descending" else -x)
        weights = np.empty(4)
        weights[order] = W
        return {"value": (weights * x**2).sum() / 2, "d_x": weights * x, "d_xx": weights * V}
    value = {"empty_sum": 0.0, "empty_prod": 1.0, "empty_mean": np.nan, "empty_max": -np.inf}[op]
    return {"value": np.full(3, value), "d_x": np.zeros((0, 3))}


def _cumulative(op, x):
    before = np.arange(4)[:, None] < np.arange(4)[None, :]
    if op == "cumsum":
        return {"value": W @ (before @ x), "d_x": W @ before, "d_xx": np.zeros(4)}
    c = np.array([np.prod(x[k + 1 :]) for k in range(4)])
    mixed = [[0.0 if i == j else (W * c)[: min(i, j)].sum() / (x[i] * x[j]) for j in range(4)] for i in range(4)]
    return {"value": W @ c, "d_x": (W * c) @ before / x, "d_xx": np.array(mixed) @ V}


def explanations(op, mode):
    if op == "std_of_one":
        return {"0 / 0": {"d_x": np.full(4, np.nan)}}
    if op == "euclidean_norm":
        return {"no gradient": {"d_x": None, "d_xx": None}}
    if op == "euclidean_norm_hinge":
        second = oracle(op, mode)["d_xx"]
        second[0] = np.nan
        return {"0 / 0": {"d_xx": second}, "no gradient": {"d_x": None, "d_xx": None}}
    return {}


def build(op, mode):
    def half_square(sorted_x):
        return tf.reduce_sum(W * sorted_x**2) / 2

    def hinge(norms):
        return tf.reduce_sum(tf.nn.relu(norms - 1) ** 2) / 2

    function = {
        "max_ties": tf.reduce_max,
        "min_ties": tf.reduce_min,
        "prod_one_zero": tf.reduce_prod,
        "prod_two_zeros": tf.reduce_prod,
        "std_of_one": lambda x: tf.math.reduce_std(x[:, None], 1),
        "variance_of_equal": tf.math.reduce_variance,
        "mean": lambda x: tf.reduce_mean(x, -1) ** 2 / 2,
        "norm": tf.norm,
        "euclidean_norm": tf.math.reduce_euclidean_norm,
        "norm_hinge": lambda x: hinge(tf.norm(x, axis=1)),
        "euclidean_norm_hinge": lambda x: hinge(tf.math.reduce_euclidean_norm(x, 1)),
        "l2_normalize": lambda x: tf.reduce_sum(W * tf.math.l2_normalize(x)),
        "cumsum": lambda x: tf.reduce_sum(W * tf.cumsum(x, exclusive=True, reverse=True)),
        "cumprod": lambda x: tf.reduce_sum(W * tf.math.cumprod(x, exclusive=True, reverse=True)),
        "sort": lambda x: half_square(tf.sort(x)),
        "sort_descending": lambda x: half_square(tf.sort(x, direction="DESCENDING")),
        "argsort": lambda x: half_square(tf.gather(x, tf.argsort(x))),
        "top_k_ties": lambda x: tf.reduce_sum(W[:2] * tf.math.top_k(x, 2).values),
        "empty_sum": lambda x: tf.reduce_sum(x, 0),
        "empty_prod": lambda x: tf.reduce_prod(x, 0),
        "empty_mean": lambda x: tf.reduce_mean(x, 0),
        "empty_max": lambda x: tf.reduce_max(x, 0),
    }.get(op, lambda x: tf.reduce_sum(W * tf.clip_by_norm(x, 1.0)))
    first_only = op.startswith(("prod", "std", "empty"))
    directions = None if first_only else {"x": V.reshape(inputs(op, mode).shape)}
    return _take.answers(function, mode, order=1 if first_only else 2, directions=directions, x=inputs(op, mode))
