"""How the cases on single ops take first and second derivatives, and how they name an op that a release may lack."""

import tensorflow as tf

from cases import _compat


def named(path):
    """The op ``tf.<path>``, ``named("math.special.bessel_j0")``."""
    found = tf
    for part in path.split("."):
        if not hasattr(found, part):
            raise _compat.Unsupported("tf." + path)
        found = getattr(found, part)
    return found


def answers(function, mode, order=2, directions=None, **inputs):
    """The call that a case's ``build`` returns, for ``function`` of the arrays ``inputs``.

    Outputs are ``value``, the gradient ``d_x`` of its sum in each input ``x``, and, with ``order=2``, ``d_xy``: the gradient in
    ``y`` of the sum of ``d_x``, or of its product with ``directions["x"]`` (a Hessian times a vector). ``mode="unknown"``
    traces without shapes.
    """
    tensors = [tf.constant(value) for value in inputs.values()]
    directions = {name: tf.constant(value) for name, value in (directions or {}).items()}

    def seconds_of(tape, name, first, tensors):
        if first is None:
            return [None] * len(tensors)
        zero, direction = tf.UnconnectedGradients.ZERO, directions.get(name)
        seconds = tape.gradient(first, tensors, output_gradients=direction, unconnected_gradients=zero)
        return [tf.convert_to_tensor(second) for second in seconds]

    def take(*tensors):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(tensors)
            with tf.GradientTape() as inner:
                inner.watch(tensors)
                value = function(*tensors)
            firsts = inner.gradient(value, list(tensors))
            # A gather's gradient is IndexedSlices; converted, it is dense.
            firsts = [None if first is None else tf.convert_to_tensor(first) for first in firsts]
        answer = {"value": value}
        for name, first in zip(inputs, firsts):
            answer["d_" + name] = first
            if order == 1:
                continue
            for other, second in zip(inputs, seconds_of(outer, name, first, list(tensors))):
                answer["d_" + name + other] = second
        return answer

    if mode == "unknown":
        signature = [tf.TensorSpec([None] * len(tensor.shape), tensor.dtype) for tensor in tensors]
        call = tf.function(take, input_signature=signature, autograph=False)
    else:
        call = _compat.in_mode(take, mode, autograph=False)
    return lambda: call(*tensors)
