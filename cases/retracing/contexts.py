"""Where a function is called from does not matter: the same arguments find the same trace in every context.

Guide: "When called, a Function matches the call arguments to existing ConcreteFunctions using TraceType of each argument. If
a matching ConcreteFunction is found, the call is dispatched to it. If no match is found, a new ConcreteFunction is traced."
No other condition is named.

Oracle: one trace for a call made plainly and then again in the context, in either order, for the same tensor: under
tf.device("CPU:0"), a name scope, a GradientTape that watches the argument, a ForwardAccumulator, tf.init_scope, another
tf.function, a strategy's scope, a strategy's run, control dependencies in another function, a tf.while_loop's body,
tf.map_fn, Dataset.map. Explanation "context in the cache's key": two, since the release keys its cache by the device, the
graph or the strategy too.

Source: guide "Better performance with tf.function", Rules of tracing.
"""

import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {
    "order": ("plain_first", "context_first"),
    "context": (
        "device",
        "name_scope",
        "tape",
        "nested_tapes",
        "accumulator",
        "init_scope",
        "function",
        "two_functions",
        "control_dependencies",
        "while_loop",
        "map_fn",
        "dataset_map",
        "one_device_scope",
        "mirrored_scope",
        "strategy_run",
        "jit",
    ),
}
EXCLUDE = ({"order": "context_first", "context": ("nested_tapes", "two_functions", "while_loop", "map_fn")},)
TRACK = ("traces", "reported_traces")


def oracle(order, context):
    return _count.expected(1)


def explanations(order, context):
    return {"context in the cache's key": _count.expected(2), "a trace for each context": _count.expected(3)}


def build(order, context):
    count = _count.Counter()
    x = tf.constant(2.0)

    @tf.function
    def function(x):
        count()
        return x * x

    def under(manager):
        with manager:
            function(x)

    def taped():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        tape.gradient(y, x)

    def taped_twice():
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = function(x)
            slope = inner.gradient(y, x)
        outer.gradient(slope, x)

    def accumulated():
        with _compat.forward_accumulator(x, tf.constant(1.0)) as accumulator:
            y = function(x)
        accumulator.jvp(y)

    def controlled(x):
        with tf.control_dependencies([x + 1.0]):
            return function(x)

    def looped():
        return tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, function(y)), (0, x))

    in_context = {
        "device": lambda: under(tf.device("CPU:0")),
        "name_scope": lambda: under(tf.name_scope("scope")),
        "tape": taped,
        "nested_tapes": taped_twice,
        "accumulator": accumulated,
        "init_scope": lambda: under(tf.init_scope()),
        "function": lambda: tf.function(lambda x: function(x))(x),
        "two_functions": lambda: (tf.function(lambda x: function(x))(x), tf.function(lambda x: function(x) + 1.0)(x)),
        "control_dependencies": lambda: tf.function(controlled)(x),
        "while_loop": lambda: tf.function(looped)(),
        "map_fn": lambda: tf.function(lambda: tf.map_fn(function, tf.zeros([3])))(),
        "dataset_map": lambda: tf.data.Dataset.from_tensor_slices(tf.zeros([3])).map(lambda x: function(x)),
        "one_device_scope": lambda: under(tf.distribute.OneDeviceStrategy("/cpu:0").scope()),
        "mirrored_scope": lambda: under(tf.distribute.MirroredStrategy(["/cpu:0"]).scope()),
        "strategy_run": lambda: _compat.strategy_run(tf.distribute.OneDeviceStrategy("/cpu:0"), function, (x,)),
        "jit": lambda: _compat.jit_function(lambda x: function(x))(x),
    }[context]

    def answer():
        for call in (lambda: function(x), in_context)[:: 1 if order == "plain_first" else -1]:
            call()
        return _count.counts(count, function)

    return answer
