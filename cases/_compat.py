"""The one place where a release that spells an API differently is handled.

Every function here takes what a case wants in today's words and says it in the words of the release that runs.
A release that has no words for it raises :class:`Unsupported`, which is an outcome, not an error.
"""

import tensorflow as tf


class Unsupported(Exception):
    """This release has no such API; the message names it."""


def version():
    """The running release as a tuple of integers, ``(2, 15, 1)``; a candidate counts as its release."""
    return parse(tf.__version__)


def parse(text):
    """``"2.22.0rc0"`` → ``(2, 22, 0)``: the leading integers of each of the first three parts."""
    numbers = []
    for part in text.split(".")[:3]:
        digits = ""
        for character in part:
            if not character.isdigit():
                break
            digits += character
        numbers.append(int(digits or 0))
    return tuple(numbers)


def jit_function(function, autograph=True):
    """``tf.function`` compiled by XLA: ``jit_compile`` (2.5) was ``experimental_compile`` (2.1)."""
    if version() >= (2, 5):
        return tf.function(function, jit_compile=True, autograph=autograph)
    if version() >= (2, 1):
        return tf.function(function, experimental_compile=True, autograph=autograph)
    raise Unsupported("tf.function(experimental_compile=True)")


def in_mode(function, mode, autograph=True):
    """``function`` as it is (eager), traced (graph), traced inside another trace (nested_graph) or compiled (jit).

    A function without Python control flow can spare AutoGraph's conversion, which takes longer than most traces.
    """
    if mode == "eager":
        return function
    if mode == "graph":
        return tf.function(function, autograph=autograph)
    if mode == "nested_graph":
        inner = tf.function(function, autograph=autograph)
        return tf.function(lambda *args: inner(*args), autograph=autograph)
    if mode == "jit":
        return jit_function(function, autograph)
    raise ValueError("mode is eager, graph, nested_graph or jit, not {!r}".format(mode))


def run_functions_eagerly(flag):
    """Whether ``tf.function`` runs its Python; without ``experimental_`` since 2.3."""
    if version() >= (2, 3):
        tf.config.run_functions_eagerly(flag)
    else:
        tf.config.experimental_run_functions_eagerly(flag)


def tracing_count(function):
    """How often a ``tf.function`` was traced, as it counts itself; public since 2.4."""
    if hasattr(function, "experimental_get_tracing_count"):
        return function.experimental_get_tracing_count()
    return function._get_tracing_count()


def forward_accumulator(primals, tangents):
    """``tf.autodiff.ForwardAccumulator``, where the release has it."""
    if not hasattr(tf, "autodiff"):
        raise Unsupported("tf.autodiff.ForwardAccumulator")
    return tf.autodiff.ForwardAccumulator(primals, tangents)


def reduce_retracing(function, flag):
    """``tf.function`` that may relax shapes: ``reduce_retracing`` (2.9) was ``experimental_relax_shapes``."""
    if version() >= (2, 9):
        return tf.function(function, reduce_retracing=flag)
    return tf.function(function, experimental_relax_shapes=flag)


def follow_type_hints(function, flag):
    """``tf.function`` that reads annotations: ``experimental_follow_type_hints`` is in the signature since 2.4."""
    if version() < (2, 4):
        raise Unsupported("tf.function(experimental_follow_type_hints=)")
    return tf.function(function, experimental_follow_type_hints=flag)


def strategy_run(strategy, function, args):
    """``Strategy.run`` (2.2) was ``experimental_run_v2``."""
    if hasattr(strategy, "run"):
        return strategy.run(function, args=args)
    return strategy.experimental_run_v2(function, args=args)


def split_cpu(number):
    """So many logical devices on the one CPU; to be called before the first op."""
    cpu = tf.config.experimental.list_physical_devices("CPU")[0]
    parts = [tf.config.experimental.VirtualDeviceConfiguration() for _ in range(number)]
    tf.config.experimental.set_virtual_device_configuration(cpu, parts)


def trace_type():
    """``tf.types.experimental.TraceType``, which the first releases do not have."""
    if not hasattr(getattr(getattr(tf, "types", None), "experimental", None), "TraceType"):
        raise Unsupported("tf.types.experimental.TraceType")
    return tf.types.experimental.TraceType


def error_of(call):
    """The name of the exception's type that ``call()`` raises, ``"none"`` when it raises none."""
    try:
        call()
    except Unsupported:
        raise
    except Exception as error:
        return type(error).__name__
    return "none"


def save_options(custom_gradients):
    """``SaveOptions`` that keep custom gradients or do not (2.6); ``None`` leaves it to the release, and is no options."""
    if custom_gradients is None:
        return None
    if version() < (2, 6):
        raise Unsupported("tf.saved_model.SaveOptions(experimental_custom_gradients=)")
    return tf.saved_model.SaveOptions(experimental_custom_gradients=custom_gradients)


def is_keras_3():
    """Whether ``tf.keras`` is Keras 3 here, which ``tf.keras.ops`` came with."""
    return hasattr(tf.keras, "ops")


def keras_format(format, code):
    """Raises :class:`Unsupported` unless Keras can load ``format``: ``saved_model``, ``h5`` or ``keras`` (2.12)."""
    if format == "keras" and version() < (2, 12):
        raise Unsupported("model.save('model.keras')")
    if format == "saved_model" and code == "given" and is_keras_3():
        raise Unsupported("keras.models.load_model of a SavedModel")


def save_keras(model, path, format):
    """Save as ``saved_model`` (``export`` in Keras 3), ``h5`` or ``keras``; the suffix says which, where Keras reads it."""
    if format != "saved_model":
        model.save("{}.{}".format(path, format))
    elif is_keras_3():
        model.export(path)
    else:
        model.save(path, save_format="tf")


def load_keras(path, format, custom_objects):
    """A call and the trainable variables of what :func:`save_keras` saved; what Keras 3 exports has a function ``serve``."""
    if format == "saved_model" and is_keras_3():
        loaded = tf.saved_model.load(path)
        return loaded.serve, loaded.trainable_variables
    if format != "saved_model":
        path = "{}.{}".format(path, format)
    model = tf.keras.models.load_model(path, custom_objects=custom_objects, compile=False)
    return model, model.trainable_variables


def custom_gradient_called():
    """``tf.custom_gradient()``, the decorator with parentheses (2.1)."""
    if version() < (2, 1):
        raise Unsupported("tf.custom_gradient()")
    return tf.custom_gradient()
