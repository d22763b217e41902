"""How the cases of this folder ask a layer: with given weights, for its outputs and the gradients of the loss on them.

The loss is that of ``_complex_step.py``. Here is also what the releases spell differently about layers.
"""

import inspect

import tensorflow as tf

from cases import _compat


def loss(outputs):
    """sum(w y) over all outputs, as in ``_complex_step.loss``."""
    return tf.add_n([tf.reduce_sum(_weights(y) * y) for y in outputs.values()])


def _weights(y):
    count = tf.cast(tf.range(tf.size(y)), tf.float64)
    return tf.cast(tf.reshape(tf.cos(1.0 + count), tf.shape(y)), y.dtype)


def assign(layer, values):
    """Give a built layer's trainable variables these values, in their order; ``{name: variable}``."""
    variables = layer.trainable_variables
    if len(variables) != len(values):
        raise ValueError("{} variables and {} values".format(len(variables), len(values)))
    for variable, value in zip(variables, values.values()):
        variable.assign(value)
    return dict(zip(values, variables))


def answers(function, sources, variables, mode="eager"):
    """A call that gives the outputs by name of ``function(*tensors)``, and as ``d_<name>`` the gradients of their loss.

    ``sources`` are arrays by name, of which the tensors are made; ``variables`` are the layer's by name.
    """
    tensors = [tf.constant(array) for array in sources.values()]

    def take(*tensors):
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            outputs = function(*tensors)
            total = loss(outputs)
        return outputs, tape.gradient(total, list(tensors) + list(variables.values()))

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        outputs, slopes = call(*tensors)
        return dict(outputs, **named(list(sources) + list(variables), slopes))

    return answer


def named(names, slopes):
    """``{"d_<name>": gradient}``, dense."""
    return {"d_" + name: None if slope is None else tf.convert_to_tensor(slope) for name, slope in zip(names, slopes)}


def second(function, x, mode="eager"):
    """A call that gives as ``d2_x`` the gradient of the loss on the gradient of the loss on ``function(x)``."""
    x = tf.constant(x)

    def take(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                total = loss({"y": function(x)})
            again = loss({"d_x": inner.gradient(total, x)})
        return outer.gradient(again, x)

    call = _compat.in_mode(take, mode, autograph=False)
    return lambda: {"d2_x": call(x)}


def of(module, name):
    """``module.name``, where the release has it."""
    if not hasattr(module, name):
        raise _compat.Unsupported("{}.{}".format(module.__name__.rpartition(".")[2], name))
    return getattr(module, name)


def takes(function, argument):
    """Whether a function has an argument of this name."""
    return argument in inspect.signature(function).parameters


def made(kind, **options):
    """A layer, where the release's has these options; ``dtype`` all have."""
    for option in options:
        if option != "dtype" and not takes(kind.__init__, option):
            raise _compat.Unsupported("{}({}=)".format(kind.__name__, option))
    return kind(**options)


def attention(kind, causal, **options):
    """An attention layer, and what its call needs to be causal: an argument of the call (2.10) was one of the layer."""
    layer = made(kind, **options)
    if not causal:
        return layer, {}
    if takes(kind.call, "use_causal_mask"):
        return layer, {"use_causal_mask": True}
    return kind(causal=True, **options), {}
