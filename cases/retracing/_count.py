"""What the cases of this family share: a counter in the body of a function beside the count that TensorFlow keeps itself.

A function's Python body runs once per trace, so ``traces`` is how often the body ran. ``reported_traces`` is what
``experimental_get_tracing_count`` says. Its documentation: "the number of times the function has been traced". Before 2.4 the
same method was private; ``_compat.tracing_count`` knows both names, so that both outputs exist in every release.

Ways of decorating, the values of the parameter ``way``: ``function`` is ``tf.function(body)`` called eagerly; ``method`` is a
decorated method of an object; ``nested`` makes all calls while one outer ``tf.function`` is being traced; ``jit`` compiles by
XLA. The rules of tracing name the arguments and nothing else, so the oracle is the same in all of them.
"""

import tensorflow as tf

from cases import _compat


class Counter(object):
    """Calling it in a function's body counts a trace."""

    def __init__(self):
        self.traces = 0

    @tf.autograph.experimental.do_not_convert
    def __call__(self):
        self.traces += 1


def expected(traces):
    """The outputs of a function that is traced so often."""
    return {"traces": traces, "reported_traces": traces}


def counts(count, function):
    """The outputs of a function whose body calls ``count``."""
    return {"traces": count.traces, "reported_traces": _compat.tracing_count(function)}


def decorated(body, way, **options):
    """``(function, owner)``: keep the owner as long as the function, which holds it weakly."""
    if way == "jit":
        return _compat.jit_function(body), None
    if way == "method":

        class Owner(object):
            @tf.function(**options)
            def method(self, *args, **kwargs):
                return body(*args, **kwargs)

        owner = Owner()
        return owner.method, owner
    return tf.function(body, **options), None


def ask(body, count, calls, way="function", **options):
    """Make the ``calls`` (each takes the function) one after the other; return the two counts and the calls' results."""
    function, owner = decorated(body, way, **options)
    results = []

    def call_all():
        del results[:]
        for call in calls:
            results.append(call(function))
        return [result for result in results if result is not None]

    if way == "nested":
        results = tf.function(call_all, autograph=False)()
    else:
        call_all()
    del owner
    return counts(count, function), results


def once(argument):
    """The call ``f(argument)``, for lists of calls."""
    return lambda function: function(argument)
