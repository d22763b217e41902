"""A function that calls itself on a Python number is traced once for each number on the way.

Guide: "Even if a recursive Function seems to work, the python function will be traced multiple times and could have
performance implication", with recursive_fn(5), which calls itself with n - 1 while n > 0.

Oracle: the body runs for n, n - 1, ..., 0: n + 1 traces, and a second call of it adds none. Two functions that call each
other share the numbers between them: n + 1 in all. "Recursive Functions are not supported and could cause infinite loops",
says the guide before that; what never comes back is a timeout.

Source: guide "Better performance with tf.function", Recursive tf.functions are not supported.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {"functions": ("itself", "each_other"), "n": (5,)}
TRACK = ("traces",)
TIME_LIMIT_S = 4.0  # a deadlock, or some milliseconds for each trace


def oracle(functions, n):
    return {"traces": n + 1, "last": n}


def build(functions, n):
    count = _count.Counter()

    @tf.function
    def even(n):
        count()
        if n > 0:
            return 1 + (even if functions == "itself" else odd)(n - 1)
        return tf.constant(0)

    @tf.function
    def odd(n):
        count()
        if n > 0:
            return 1 + even(n - 1)
        return tf.constant(0)

    def answer():
        even(n)
        last = even(n)
        return {"traces": count.traces, "last": last}

    return answer
