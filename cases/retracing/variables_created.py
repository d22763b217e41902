"""A function that creates its variables on the first call is traced twice by it; one that creates them again is refused.

Guide: "Function only supports singleton tf.Variables created once on the first call, and reused across subsequent function
calls. The code snippet below would create a new tf.Variable in every function call, which results in a ValueError exception":
f(1.0), the first call, raises already.

Oracle: to know at the first call that the second would create variables again, the body has to run a second time: a function
that creates variables has two traces after its first call, and no more for further calls of the same type (the guide's Count
gives 1, 2, 3). Another argument type is one trace more: 3. A function of variables that exist has one. ``every_call`` and
``two_models`` (a second set of variables at a later call, the guide's two Keras optimizers without Keras) raise ValueError. A
function that creates its variable under ``tf.init_scope`` creates it outside of its graph, but creates it all the same: 2.
The documentation only says that Python code "sometimes" runs twice; the number follows from the refusal at the first call.

Source: guide "Better performance with tf.function", Creating tf.Variables; API documentation of tf.function, Variables may
only be created once.
"""

import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {
    "way": ("function", "jit"),
    "creates": (
        "nothing",
        "once",
        "two_shapes",
        "module",
        "layer",
        "optimizer_like",
        "init_scope",
        "every_call",
        "two_models",
    ),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = (
    {
        "way": "jit",
        "creates": (
            "once",
            "two_shapes",
            "module",
            "layer",
            "optimizer_like",
            "init_scope",
            "every_call",
            "two_models",
        ),
    },
)
TRACK = ("traces", "reported_traces")

_TRACES = {"nothing": 1, "two_shapes": 3}
_ERRORS = ("every_call", "two_models")


def oracle(way, creates):
    if creates in _ERRORS:
        return {"error": "ValueError"}
    last = {"two_shapes": [3.0, 3.0], "layer": [[8.0]], "nothing": 3.0}.get(creates, 3.0)
    return dict(_count.expected(_TRACES.get(creates, 2)), last=last)


def build(way, creates):
    count = _count.Counter()
    existing = tf.Variable(0.0)
    made = []
    one = tf.constant(1.0)

    def counter(v, x):
        return v.assign_add(1.0) + 0.0 * x

    def nothing(x):
        count()
        return counter(existing, x)

    def once(x):
        count()
        if not made:
            made.append(tf.Variable(0.0))
        return counter(made[0], x)

    def two_variables(x):
        count()
        if not made:
            made.append(tf.Variable(0.0))
            made.append(tf.Variable(tf.ones([3])))
        return counter(made[0], x) + 0.0 * made[1][0]

    def init_scope(x):
        count()
        if not made:
            with tf.init_scope():
                made.append(tf.Variable(0.0))
        return counter(made[0], x)

    def every_call(x):
        count()
        return tf.Variable(1.0) + x

    models = {}

    def two_models(x, name):
        count()
        if name not in models:
            models[name] = tf.Variable(1.0)
        return models[name] + x

    layer = tf.keras.layers.Dense(1, kernel_initializer="ones")

    def with_layer(x):
        count()
        return layer(x)

    class Count(tf.Module):
        def __init__(self):
            super(Count, self).__init__()
            self.count = None

        def __call__(self, x):
            count()
            if self.count is None:
                self.count = tf.Variable(0.0)
            return counter(self.count, x)

    body, calls = {
        "nothing": (nothing, [_count.once(one)] * 3),
        "once": (once, [_count.once(one)] * 3),
        "two_shapes": (once, [_count.once(one), _count.once(one), _count.once(tf.ones([2]))]),
        "module": (Count(), [_count.once(one)] * 3),
        "layer": (with_layer, [_count.once(2.0 * tf.ones([1, 4]))] * 3),
        "optimizer_like": (two_variables, [_count.once(one)] * 3),
        "init_scope": (init_scope, [_count.once(one)] * 3),
        "every_call": (every_call, [_count.once(one)]),
        "two_models": (two_models, [lambda f: f(one, "first"), lambda f: f(one, "second")]),
    }[creates]

    def answer():
        if creates in _ERRORS:
            return {"error": _compat.error_of(lambda: _count.ask(body, count, calls, way))}
        counts, results = _count.ask(body, count, calls, way)
        return dict(counts, last=results[-1])

    return answer
