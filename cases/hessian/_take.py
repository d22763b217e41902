"""How the cases of this folder take a Hessian: the Jacobian, by an outer tape, of the gradient by an inner one.

``loop`` is ``pfor`` (the default of ``jacobian``) or ``while`` (``experimental_use_pfor=False``).
"""

import tensorflow as tf

from cases import _compat


def hessian(function, mode, loop):
    """A call of a tensor that gives the scalar ``function``'s value, gradient and Hessian."""

    def take(x):
        with tf.GradientTape(persistent=loop == "while") as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = function(x)
            gradient = inner.gradient(y, x)
        return y, gradient, outer.jacobian(gradient, x, experimental_use_pfor=loop == "pfor")

    return _compat.in_mode(take, mode, autograph=False)


def answers(function, mode, loop, x):
    """The call without arguments that a case's ``build`` returns, for ``function`` at ``x``."""
    call = hessian(function, mode, loop)
    x = tf.constant(x)

    def answer():
        y, gradient, hessian = call(x)
        # A gather's gradient is IndexedSlices; converted, it is dense.
        return {"value": y, "gradient": tf.convert_to_tensor(gradient), "hessian": hessian}

    return answer
