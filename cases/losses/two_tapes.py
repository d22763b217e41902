"""The same loss plain and decorated, under two tapes in one function, has one gradient.

The thread's last experiment: in one ``get_gradients``, tape 1 records the plain loss and tape 2 the decorated one, on the same
model. Undecorated, both gradients are equal; inside ``@tf.function`` they are not, which is how the thread's author found that
something is wrong.

Oracle: both are (s p - t) / n for the logits; derived in ``_thread.py``.

Source: tensorflow/tensorflow #40984.
"""

import tensorflow as tf

from cases import _compat
from cases.losses import _thread

PARAMS = {"mode": ("eager", "graph", "nested_graph")}
RTOL = 2e-5  # as in losses.decorated_gradient


def _named(plain, decorated):
    named = {"plain_" + name: value for name, value in plain.items()}
    named.update({"decorated_" + name: value for name, value in decorated.items()})
    return named


def inputs(mode):
    return _thread.data(48)


def oracle(mode):
    right = _thread.right(*inputs(mode))
    return _named(right, right)


def explanations(mode):
    right, wrong = _thread.right(*inputs(mode)), _thread.logits_shortcut(*inputs(mode))
    return {
        "logits shortcut": _named(wrong, right),
        "logits shortcut in both": _named(wrong, wrong),
    }


def build(mode):
    features, labels, kernel, bias = inputs(mode)
    model = _thread.make_model(kernel, bias)
    plain, decorated = _thread.make_loss("plain"), _thread.make_loss("decorated")

    def get_gradients(x, y):
        with tf.GradientTape() as tape1:
            l1 = plain(y, model(x))
        with tf.GradientTape() as tape2:
            l2 = decorated(y, model(x))
        variables = model.trainable_variables
        return (l1, tape1.gradient(l1, variables)), (l2, tape2.gradient(l2, variables))

    call = _compat.in_mode(get_gradients, mode)

    def answer():
        answers = call(tf.constant(features), tf.constant(labels))
        return _named(*({"loss": value, "kernel": grads[0], "bias": grads[1]} for value, grads in answers))

    return answer
