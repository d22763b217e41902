"""A dataclass is matched as its generated equality and hashing say.

Guide: "For any other Python objects, the type is a generic TraceType which uses the object's Python equality and hashing for
matching." Python: ``@dataclass(frozen=True)`` compares and hashes by its fields, ``@dataclass(eq=False)`` keeps identity, and
the plain ``@dataclass`` compares by fields and "sets __hash__ to None, marking it unhashable".

Oracle: two equal frozen instances, both alive, are one trace; unequal ones two; with eq=False two instances are two and one
instance is one; the plain one has no hash to be matched by, so the call is refused (with which error is not documented).
Explanation "matched by identity": two for equal frozen instances. "not refused": the plain dataclass is accepted. A dataclass
that has tensors for fields is no different: it has no ``__tf_flatten__``.

Source: guide "Better performance with tf.function", Rules of tracing; Python documentation, dataclasses.
"""

import dataclasses

import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {
    "way": ("function", "method", "nested"),
    "instances": ("frozen_equal", "frozen_unequal", "identity_two", "identity_same", "plain"),
}
TRACK = ("traces", "reported_traces")


@dataclasses.dataclass(frozen=True)
class Frozen:
    units: int
    name: str = "relu"


@dataclasses.dataclass(eq=False)
class Identity:
    units: int


@dataclasses.dataclass
class Plain:
    units: int


_TRACES = {"frozen_equal": 1, "identity_same": 1}


def oracle(way, instances):
    if instances == "plain":
        return {"refused": True}
    return _count.expected(_TRACES.get(instances, 2))


def explanations(way, instances):
    return {
        "frozen_equal": {"matched by identity": _count.expected(2)},
        "plain": {"not refused": {"refused": False}},
    }.get(instances, {})


def build(way, instances):
    count = _count.Counter()

    def body(config):
        count()
        return tf.constant(float(config.units))

    alive = {
        "frozen_equal": [Frozen(1), Frozen(1)],
        "frozen_unequal": [Frozen(1), Frozen(2)],
        "identity_two": [Identity(1), Identity(1)],
        "identity_same": [Identity(1)] * 2,
        "plain": [Plain(1)],
    }[instances]
    calls = [_count.once(config) for config in alive]

    def answer():
        if instances == "plain":
            return {"refused": _compat.error_of(lambda: _count.ask(body, count, calls, way)) != "none"}
        return _count.ask(body, count, calls, way)[0]

    return answer
