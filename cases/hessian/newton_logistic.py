"""Newton's method on logistic regression reaches the known optimum in six steps, quadratically.

Rows of four kinds; kind j is seen n_j times, k_j of them with label 1, and has features M_j (row j of an invertible M). The
likelihood separates in the kinds, so the optimum has sigmoid(M_j . w) = k_j / n_j: w = M^-1 logit(k / n).

Oracle: that w; the Hessian there, M^T diag(n_j p_j (1 - p_j)) M; its gradient 0; and at the start w = 0, M^T diag(n_j / 4) M. The
loss is written with sigmoid_cross_entropy_with_logits or with softplus: -sum y z + softplus(z).

Source: McCullagh and Nelder, "Generalized Linear Models", ch. 4 (saturated model); the guide, Hessian.
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {"loss": ("cross_entropy", "softplus"), "mode": ("eager", "graph"), "loop": ("pfor", "while")}
EXCLUDE = (
    {"mode": "eager", "loop": "pfor"},
    {"loss": "softplus", "loop": "while"},
    {"loss": "cross_entropy", "mode": "graph", "loop": "while"},
)
RTOL = 1e-12  # float64, condition number below 100
ATOL = {"gradient": 1e-12}
TIME_LIMIT_S = 20.0
SEEN, ONES = (10, 8, 12, 5), (3, 6, 5, 2)


def inputs(loss, mode, loop):
    m = np.eye(4) + 0.4 * np.random.RandomState(53).normal(size=(4, 4))
    features = np.repeat(m, SEEN, axis=0)
    labels = np.concatenate([np.arange(n) < k for n, k in zip(SEEN, ONES)]).astype(np.float64)
    return m, features, labels


def oracle(loss, mode, loop):
    m, _, _ = inputs(loss, mode, loop)
    n = np.array(SEEN, np.float64)
    p = np.array(ONES) / n
    return {
        "w": np.linalg.solve(m, np.log(p / (1 - p))),
        "gradient": np.zeros(4),
        "hessian": m.T @ np.diag(n * p * (1 - p)) @ m,
        "hessian_at_0": m.T @ np.diag(n / 4) @ m,
    }


def build(loss, mode, loop):
    _, features, labels = inputs(loss, mode, loop)

    def function(w):
        z = tf.linalg.matvec(tf.constant(features), w)
        if loss == "softplus":
            return tf.reduce_sum(tf.math.softplus(z) - labels * z)
        return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.constant(labels), logits=z))

    call = _take.hessian(function, mode, loop)

    def answer():
        w = tf.zeros([4], tf.float64)
        hessians = []
        for _ in range(6):
            _, gradient, hessian = call(w)
            hessians.append(hessian)
            w = w - tf.linalg.solve(hessian, gradient[:, None])[:, 0]
        _, gradient, hessian = call(w)
        return {"w": w, "gradient": gradient, "hessian": hessian, "hessian_at_0": hessians[0]}

    return answer
