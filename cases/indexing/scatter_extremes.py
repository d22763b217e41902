"""Scattering a maximum or minimum passes the gradient to what is taken, in equal shares where several are.

Oracle, for f = sum of w y^2 / 2 with y_p the maximum of the tensor's element p and of all updates of p: w_p y_p goes to the
elements that equal y_p, divided by their number (tensorflow/python/ops/array_grad.py: "the gradient will be divided between
them"). Without ties the map is a selection, whose Hessian times a direction is w_p v for the selected element, with v that
element's direction; ``d_tu`` and ``d_ut``, the mixed parts, have no element in common and are 0. The minimum is asked of the
negative numbers.

Source: documentation of tf.tensor_scatter_nd_max.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {"op": ("max", "min"), "data": ("distinct", "ties"), "mode": ("eager", "graph")}
EXCLUDE = ({"mode": "graph", "op": "min"}, {"mode": "graph", "data": "distinct"})
RTOL = 1e-14  # float64
W = np.array([0.7, 1.1, 0.4, 1.3, 0.9])
PLACES = np.array([0, 1, 2, 2, 3, 4, 4], np.int32)
V_T, V_U = np.array([0.5, 1.2, -0.8, 0.3, 1.0]), np.array([-1.0, 0.7, 0.2, 1.5, -0.4, 0.6, 0.9])


def inputs(op, data, mode):
    ties = data == "ties"
    tensor = np.array([1.0, 5.0, 2.0, 4.0, 1.0])
    updates = np.array([3.0, 5.0 if ties else 4.5, 2.0, 7.0, 1.0, 6.0, 6.0 if ties else 5.5])
    return (tensor, updates) if op == "max" else (-tensor, -updates)


def oracle(op, data, mode):
    t, u = inputs(op, data, mode)
    y = t.copy()
    (np.maximum if op == "max" else np.minimum).at(y, PLACES, u)
    t_taken, u_taken = 1.0 * (t == y), 1.0 * (u == y[PLACES])
    share = 1 / (t_taken + np.bincount(PLACES, u_taken, 5))
    outputs = {
        "value": (W * y**2).sum() / 2,
        "d_t": t_taken * share * W * y,
        "d_u": u_taken * (share * W * y)[PLACES],
    }
    if data == "ties":
        return outputs
    seconds = {"d_tt": t_taken * W * V_T, "d_tu": np.zeros(7), "d_ut": np.zeros(5), "d_uu": u_taken * W[PLACES] * V_U}
    return dict(outputs, **seconds)


def build(op, data, mode):
    scatter = _take.named("tensor_scatter_nd_" + op)
    t, u = inputs(op, data, mode)

    def function(t, u):
        return tf.reduce_sum(W * scatter(t, PLACES[:, None], u) ** 2) / 2

    return _take.answers(function, mode, order=1 if data == "ties" else 2, directions={"t": V_T, "u": V_U}, t=t, u=u)
