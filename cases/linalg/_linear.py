"""Derivatives through a linear map y = M x, of which NumPy has the matrix.

The function is L = <w, y> + |y|^2 / 2 with <a, b> = Re sum(conj(a) b) and fixed weights w. With the adjoint matrix M^H the
gradient is M^H (w + y) and the Hessian's product with v is M^H M v. Where x is real, of these the real part; where the output
is real though M is not, y is the real part of M x. A map that conjugates its argument, y = M conj(x), is that of conj(x), so
that the derivatives are the conjugates of those at conj(x), along conj(v). ``offset`` is a constant that is added to y.
``transposed`` stands for M^H in wrong answers.
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _take


def matrix(define, shape):
    """The matrix of the linear NumPy function ``define`` of an array of ``shape``: what it makes of each unit array."""
    units = np.eye(int(np.prod(shape))).reshape((-1,) + tuple(shape))
    return np.stack([np.reshape(define(unit), -1) for unit in units], axis=1)


def _constants(m, x, real):
    """The weights w and the direction v, of the kinds of output and input."""
    random = np.random.RandomState(97)
    weights, direction = random.normal(size=(2, m.shape[0])), random.normal(size=(2,) + x.shape)
    complex_output = np.iscomplexobj(m) and not real
    return (
        weights[0] + 1j * weights[1] if complex_output else weights[0],
        direction[0] + 1j * direction[1] if np.iscomplexobj(x) else direction[0],
    )


def oracle(m, x, how, real=False, conjugated=False, offset=0.0, transposed=None):
    """Value and gradient, and ``product`` where ``how`` asks for it; ``real`` says that the output is real though M is not."""
    w, v = _constants(m, x, real)
    flip = np.conj if conjugated else np.asarray
    transposed = m.conj().T if transposed is None else transposed

    def forward(x):
        y = m @ flip(x).reshape(-1)
        return y.real if real else y

    def adjoint(u):
        gradient = flip(transposed @ u).reshape(x.shape)
        return gradient if np.iscomplexobj(x) else gradient.real

    y = forward(x) + offset
    answer = {"value": ((w.conj() * y).sum() + (np.abs(y) ** 2).sum() / 2).real, "gradient": adjoint(w + y)}
    if how.endswith("second"):
        answer["product"] = adjoint(forward(v))
    return answer


def answers(operation, m, x, how, real=False):
    """The call that a case's ``build`` returns, for TensorFlow's ``operation`` at ``x``."""
    w, v = _constants(m, x, real)

    def function(x):
        y = tf.reshape(operation(x), [-1])
        return _take.dot(tf.constant(w, y.dtype), y) + _take.dot(y, y) / 2

    return _take.answers(function, how, x, v)
