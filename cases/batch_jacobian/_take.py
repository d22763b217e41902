"""How the cases of this folder take a batch Jacobian: one tape, one call, in a given mode and by a given loop."""

import tensorflow as tf

from cases import _compat


def batch_jacobian(function, mode, loop, **options):
    """A call of a tensor that gives ``function``'s value and its batch Jacobian; ``loop`` is ``pfor`` or ``while``."""

    def take(x):
        with tf.GradientTape(persistent=loop == "while") as tape:
            tape.watch(x)
            y = function(x)
        return y, tape.batch_jacobian(y, x, experimental_use_pfor=loop == "pfor", **options)

    return _compat.in_mode(take, mode, autograph=False)
