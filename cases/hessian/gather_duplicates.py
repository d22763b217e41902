"""A gather with duplicate indices adds its contributions up in the Hessian.

``separate``: f = sum_i c_i w_(ids_i)^3 / 6, ids with repetitions; ``coupled``: f = (sum_i c_i w_(ids_i))^2 / 2.

Oracle: with s_v the sum of c_i over ids_i = v: separate: gradient s_v w_v^2 / 2, Hessian diag(s_v w_v); coupled: gradient
(s . w) s, Hessian s s^T. Entries that are never looked up have zeros.

Source: documentation of tf.gather, tf.IndexedSlices ("duplicate indices are summed").
"""

import numpy as np
import tensorflow as tf

from cases.hessian import _take

PARAMS = {
    "lookup": ("gather", "gather_nd", "one_hot"),
    "function": ("separate", "coupled"),
    "how": ("eager_pfor", "graph_while"),
}
EXCLUDE = (
    {"how": "graph_while", "function": "separate"},
    {"how": "graph_while", "lookup": ("gather_nd", "one_hot")},
    {"function": "separate", "lookup": ("gather_nd", "one_hot")},
)
RTOL = 1e-14  # float64
TIME_LIMIT_S = 20.0
IDS = (3, 1, 3, 0, 3)
C = (1.0, -2.0, 0.5, 3.0, -0.25)


def inputs(lookup, function, how):
    return np.random.RandomState(71).normal(size=5)


def oracle(lookup, function, how):
    w = inputs(lookup, function, how)
    s = np.zeros(5)
    np.add.at(s, list(IDS), C)
    if function == "separate":
        return {"value": (s * w**3).sum() / 6, "gradient": s * w**2 / 2, "hessian": np.diag(s * w)}
    return {"value": (s @ w) ** 2 / 2, "gradient": (s @ w) * s, "hessian": np.outer(s, s)}


def build(lookup, function, how):
    ids = tf.constant(IDS)

    def f(w):
        v = {
            "gather": lambda: tf.gather(w, ids),
            "gather_nd": lambda: tf.gather_nd(w, ids[:, None]),
            "one_hot": lambda: tf.linalg.matvec(tf.one_hot(ids, 5, dtype=tf.float64), w),
        }[lookup]()
        c = tf.constant(C, tf.float64)
        return tf.reduce_sum(c * v**3) / 6 if function == "separate" else tf.reduce_sum(c * v) ** 2 / 2

    mode, loop = how.split("_")
    return _take.answers(f, mode, loop, inputs(lookup, function, how))
