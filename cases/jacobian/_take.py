"""How the cases of this folder take a Jacobian: one tape, one call, in a given mode and by a given loop.

``loop`` is ``pfor`` (``experimental_use_pfor=True``, the default: the gradient is traced once and vectorized over the target's
elements) or ``while`` (one gradient after the other; eager execution then asks for a persistent tape).
"""

import tensorflow as tf

from cases import _compat


def jacobian(function, mode, loop, autograph=False, **options):
    """A call of tensors that gives ``function``'s value and its Jacobians, one for each of them."""

    def take(*sources):
        with tf.GradientTape(persistent=loop == "while") as tape:
            tape.watch(sources)
            y = function(*sources)
        return y, tape.jacobian(y, list(sources), experimental_use_pfor=loop == "pfor", **options)

    return _compat.in_mode(take, mode, autograph)
