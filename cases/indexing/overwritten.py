"""Where two updates go to the same place, only the one that stays has a gradient.

Oracle, for f = w . y and y with two values written to place 1: y takes one of them, so the gradients of the two add up to
w_1, whichever stays (``tensor_scatter_nd_update`` and ``sparse.to_dense`` do not promise which: asked is the sum,
``d_same``). ``dynamic_stitch`` promises the last one, so the gradient of the first is 0. The tensor below, of which
dynamic_stitch gives all places first, keeps w where nothing is written over it; a default value has the sum of w there.

"both": the gradient rules look up w for every update, so that what is written over gets all of it as well; the default value,
computed as the sum of w less that of the updates, loses w_1 twice.

Source: documentation of tf.dynamic_stitch ("values are merged in order"); tensorflow/tensorflow #7397, #56961.
"""

import numpy as np
import tensorflow as tf

from cases.elementwise import _take

PARAMS = {"op": ("tensor_scatter_nd_update", "sparse_to_dense", "dynamic_stitch"), "places": ("distinct", "repeated")}
RTOL = 1e-14  # float64
W = np.array([0.7, -1.1, 0.4, 1.3])
PLACES = {"distinct": [1, 2, 3], "repeated": [1, 1, 3]}


def inputs(op, places):
    return np.array([5.0, 6.0, 7.0]), np.array([1.0, 2.0, 3.0, 4.0])


def oracle(op, places):
    same = W[1] + W[2] if places == "distinct" else W[1]
    rest = np.delete(np.arange(4), PLACES[places])
    outputs = {"d_same": same, "d_other": W[3]}
    if op == "sparse_to_dense":
        return dict(outputs, d_default=W[rest].sum())
    outputs["d_tensor"] = np.where(np.isin(np.arange(4), rest), W, 0.0)
    if op == "dynamic_stitch":
        outputs["d_first"] = W[1] if places == "distinct" else 0.0
    return outputs


def explanations(op, places):
    wrong = {} if places == "distinct" else {"d_same": 2 * W[1]}
    if op == "dynamic_stitch":
        wrong.update(d_first=W[1], d_tensor=W)
    if op == "sparse_to_dense" and places == "repeated":
        wrong["d_default"] = oracle(op, places)["d_default"] - W[1]
    return {"both": wrong} if wrong else {}


def build(op, places):
    updates, tensor = inputs(op, places)
    indices = np.array(PLACES[places])[:, None]

    def scatter(updates, tensor):
        return tf.tensor_scatter_nd_update(tensor, indices, updates)

    def to_dense(updates, default):
        sparse = tf.SparseTensor(indices.astype(np.int64), updates, [4])
        return tf.sparse.to_dense(sparse, default, validate_indices=False)

    def stitch(updates, tensor):
        return tf.dynamic_stitch([[0, 1, 2, 3], PLACES[places]], [tensor, updates])

    function = {"tensor_scatter_nd_update": scatter, "sparse_to_dense": to_dense, "dynamic_stitch": stitch}[op]
    other = np.array(0.5) if op == "sparse_to_dense" else tensor
    call = _take.answers(lambda u, t: tf.reduce_sum(W * function(u, t)), "eager", order=1, u=updates, t=other)

    def answer():
        taken = call()
        outputs = {"d_same": taken["d_u"][0] + taken["d_u"][1], "d_other": taken["d_u"][2]}
        outputs["d_default" if op == "sparse_to_dense" else "d_tensor"] = taken["d_t"]
        if op == "dynamic_stitch":
            outputs["d_first"] = taken["d_u"][0]
        return outputs

    return answer
