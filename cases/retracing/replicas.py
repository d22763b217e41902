"""A strategy runs a function's body once for each replica when it is traced, and not again for further steps.

API of tf.distribute.Strategy.run: "Invokes fn on each replica, with the given arguments." In a tf.function, that happens in
Python, while the function is traced; later calls "reuse a previously traced graph".

Oracle: with R replicas, the body of an undecorated fn that is given to ``run`` inside a decorated step runs R times, for any
number of steps. A decorated fn has one trace for the arguments of all replicas, by the rules of tracing: 1. Explanation "a
trace for each replica": R traces of the decorated fn, since the release keeps functions of different replicas apart.

Source: API documentation of tf.distribute.Strategy.run; guide "Better performance with tf.function", Rules of tracing.
"""

import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {"replicas": (1, 2), "decorated": ("step", "both")}
EXCLUDE = ({"replicas": 1, "decorated": "step"},)
TRACK = ("traces",)


def oracle(replicas, decorated):
    return {"traces": replicas if decorated == "step" else 1}


def explanations(replicas, decorated):
    return {"a trace for each replica": {"traces": replicas}} if decorated == "both" and replicas > 1 else {}


def build(replicas, decorated):
    count = _count.Counter()
    _compat.split_cpu(2)
    strategy = tf.distribute.MirroredStrategy(["/cpu:{}".format(number) for number in range(replicas)])
    x = tf.constant(1.0)

    def body(x):
        count()
        return x + 1.0

    per_replica = tf.function(body) if decorated == "both" else body
    step = tf.function(lambda x: _compat.strategy_run(strategy, per_replica, (x,)))

    def answer():
        for _ in range(3):
            step(x)
        return {"traces": count.traces}

    return answer
