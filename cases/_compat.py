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


def jit_function(function):
    """``tf.function`` compiled by XLA: ``jit_compile`` (2.5) was ``experimental_compile`` (2.1)."""
    if version() >= (2, 5):
        return tf.function(function, jit_compile=True)
    if version() >= (2, 1):
        return tf.function(function, experimental_compile=True)
    raise Unsupported("tf.function(experimental_compile=True)")


def in_mode(function, mode):
    """``function`` as it is (eager), traced (graph), traced inside another trace (nested_graph) or compiled (jit)."""
    if mode == "eager":
        return function
    if mode == "graph":
        return tf.function(function)
    if mode == "nested_graph":
        inner = tf.function(function)
        return tf.function(lambda *args: inner(*args))
    if mode == "jit":
        return jit_function(function)
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


def error_of(call):
    """The name of the exception's type that ``call()`` raises, ``"none"`` when it raises none."""
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return "none"
