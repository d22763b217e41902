"""CTC is minus the logarithm of the probability of all alignments of the labels, and its gradient is exact.

Two rows of four frames over two labels and the blank, 0: "1 2", and "1 1", whose repetition needs a blank between.
``shorter`` ends the second row after three frames. Labels are dense or sparse, or go through the loss of Keras.

Oracle: all 3^frames paths are written down; a path is an alignment if it is the labels after repetitions are merged and
blanks dropped. P is the sum over alignments of the product of the softmax's p. The loss is -log P, its gradient in the logits
of frame f and class k is p_fk less the share of P that alignments with class k in frame f have, and 0 behind the last frame.
Explanation "softmax behind the last frame": there all shares are 0, and p is left, though no such frame was read.

Source: Graves et al., "Connectionist Temporal Classification", ICML 2006.
"""

import itertools

import numpy as np
import tensorflow as tf

from cases.losses import _closed, _loops

PARAMS = {
    "labels": ("dense", "sparse", "keras"),
    "lengths": ("full", "shorter"),
    "mode": ("eager", "graph"),
}
EXCLUDE = ({"labels": "keras", "lengths": "shorter"},)
RTOL = 1e-5  # logarithms of sums over frames in float32


def inputs(labels, lengths, mode):
    logits = np.random.RandomState(21).normal(size=(2, 4, 3)).astype(np.float32)
    return np.array([[1, 2], [1, 1]], np.int32), logits, np.array([4, 4 if lengths == "full" else 3], np.int32)


def _merged(path):
    return [label for label, _ in itertools.groupby(path) if label != 0]


def oracle(labels, lengths, mode):
    wanted, logits, frames = inputs(labels, lengths, mode)
    p = _closed.softmax(logits.astype(np.float64))
    losses, gradient = np.zeros(2), np.zeros(logits.shape)
    for row in range(2):
        used = np.arange(frames[row])
        shares = np.zeros((frames[row], 3))
        for path in itertools.product(range(3), repeat=int(frames[row])):
            if _merged(path) == list(wanted[row]):
                shares[used, path] += p[row, used, path].prod()
        total = shares[0].sum()
        losses[row] = -np.log(total)
        gradient[row, used] = p[row, used] - shares / total
    return {"loss": losses, "gradient": gradient}


def explanations(labels, lengths, mode):
    _, logits, frames = inputs(labels, lengths, mode)
    gradient = oracle(labels, lengths, mode)["gradient"]
    for row in range(2):
        gradient[row, frames[row] :] = _closed.softmax(logits[row, frames[row] :].astype(np.float64))
    return {"softmax behind the last frame": {"gradient": gradient}}


def build(labels, lengths, mode):
    wanted, logits, frames = inputs(labels, lengths, mode)
    if labels == "keras":
        function = _loops.keras_loss("CTC", reduction="none")
        wanted = tf.constant(wanted)
        return _loops.answers(lambda z: function(wanted, z), mode, logits)
    dense = labels == "dense"
    label_length = tf.constant([2, 2]) if dense else None

    def loss(z):
        return tf.nn.ctc_loss(
            labels=tf.constant(wanted) if dense else tf.sparse.from_dense(wanted),
            logits=z,
            label_length=label_length,
            logit_length=tf.constant(frames),
            logits_time_major=False,
            blank_index=0,
        )

    return _loops.answers(loss, mode, logits)
