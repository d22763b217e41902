"""The blocks of a Hessian in several variables fit together, and the mixed blocks are each other's transposes.

Least squares f = mean((x w + b - t)^2) in w (3) and b (scalar), as a list or a dict of variables. Oracle, with n rows:
H_ww = 2 x^T x / n, H_wb = 2 mean(x) over rows, H_bw its transpose, H_bb = 2.

Source: TensorFlow guide, "Advanced automatic differentiation", Hessian: "for a non-trivial model ... careful concatenation and
slicing to produce a full Hessian across multiple variables".
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"mode": ("eager", "graph", "jit"), "loop": ("pfor", "while")}
EXCLUDE = (
    {"mode": ("eager", "jit"), "loop": "while"},
    {"mode": "graph", "loop": "pfor"},
)
RTOL = 1e-14  # float64


def inputs(mode, loop):
    random = np.random.RandomState(79)
    return random.normal(size=(6, 3)), random.normal(size=3), random.normal(size=6)


def oracle(mode, loop):
    x, w, t = inputs(mode, loop)
    return {"ww": 2 * x.T @ x / 6, "wb": 2 * x.mean(axis=0), "bw": 2 * x.mean(axis=0), "bb": 2.0}


def build(mode, loop):
    x, w, t = inputs(mode, loop)
    w, b = tf.Variable(w), tf.Variable(0.25, dtype=tf.float64)

    def take():
        with tf.GradientTape(persistent=True) as outer:
            with tf.GradientTape() as inner:
                f = tf.reduce_mean((tf.linalg.matvec(tf.constant(x), w) + b - t) ** 2)
            gw, gb = inner.gradient(f, [w, b])
        pfor = loop == "pfor"
        return outer.jacobian(gw, [w, b], experimental_use_pfor=pfor), outer.jacobian(
            gb, [w, b], experimental_use_pfor=pfor
        )

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        (ww, wb), (bw, bb) = call()
        return {"ww": ww, "wb": wb, "bw": bw, "bb": bb}

    return answer
