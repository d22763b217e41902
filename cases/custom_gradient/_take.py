"""How the cases of this folder take a gradient: that of sum(w y), for a function's value y, by one tape in a given mode."""

import tensorflow as tf

from cases import _compat


def gradient(function, mode, w):
    """A call of tensors that gives ``function``'s value y and the gradients of sum(w y), one for each of them."""

    def take(*sources):
        with tf.GradientTape() as tape:
            tape.watch(sources)
            y = function(*sources)
            total = tf.reduce_sum(w * y)
        return y, tape.gradient(total, list(sources))

    return _compat.in_mode(take, mode)


def answers(function, mode, w, x):
    """The call without arguments that a case's ``build`` returns, for ``function`` of the one tensor ``x``."""
    call = gradient(function, mode, w)

    def answer():
        y, (dx,) = call(x)
        return {"y": y, "dx": dx}

    return answer
