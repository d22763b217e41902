"""A function that a dataset maps is traced once, when the dataset is defined, however many elements follow.

API of tf.data.Dataset.map: "Note that irrespective of the context in which map_func is defined (eager vs. graph), tf.data
traces the function and executes it as a graph." Its input has the static type of an element, and one graph serves all
elements.

Oracle: 1 for map, filter, flat_map, interleave, reduce and scan-like use over 10 elements, iterated twice; 1 for batches of
4, 4 and 2, whose size is unknown to the graph; 2 when map is called twice with the function; 1 for a decorated function that
is mapped twice over elements of one type; 1 for a function of an iterator or of a dataset that is called with two of one
element spec; 2 for two specs; 1 for the body of a loop over a dataset in a function.

Source: API documentation of tf.data.Dataset.map; guide "Better performance with tf.function", Loops.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "use": (
        "map",
        "filter",
        "flat_map",
        "interleave",
        "reduce",
        "batches",
        "map_twice",
        "decorated_twice",
        "iterators",
        "dataset_arguments",
        "two_specs",
        "loop_body",
    )
}
TRACK = ("traces",)


def oracle(use):
    return {"traces": 2 if use in ("map_twice", "two_specs") else 1}


def build(use):
    count = _count.Counter()
    data = tf.data.Dataset.from_tensor_slices(tf.range(10))

    def add(x):
        count()
        return x + 1

    def is_even(x):
        count()
        return x % 2 == 0

    def pair(x):
        count()
        return tf.data.Dataset.from_tensors(x)

    def accumulate(total, x):
        count()
        return total + x

    def first(iterator):
        count()
        return next(iterator)

    def total_of(dataset):
        count()
        total = tf.constant(0)
        for x in dataset:
            total += tf.reduce_sum(x)
        return total

    def loop(dataset):
        total = tf.constant(0)
        for x in dataset:
            count()
            total += x
        return total

    def consume(*datasets):
        for dataset in datasets:
            for _ in range(2):
                for _ in dataset:
                    pass

    def call(function, *arguments):
        function = tf.function(function)
        for argument in arguments:
            function(argument)

    decorated = tf.function(add)
    run = {
        "map": lambda: consume(data.map(add)),
        "filter": lambda: consume(data.filter(is_even)),
        "flat_map": lambda: consume(data.flat_map(pair)),
        "interleave": lambda: consume(data.interleave(pair, cycle_length=2)),
        "reduce": lambda: data.reduce(0, accumulate),
        "batches": lambda: consume(data.batch(4).map(add)),
        "map_twice": lambda: consume(data.map(add).map(add)),
        "decorated_twice": lambda: consume(data.map(decorated).map(decorated)),
        "iterators": lambda: call(first, iter(data), iter(data.skip(3))),
        "dataset_arguments": lambda: call(total_of, data, data.take(3)),
        "two_specs": lambda: call(total_of, data, data.batch(4)),
        "loop_body": lambda: call(loop, data, data),
    }[use]

    def answer():
        run()
        return {"traces": count.traces}

    return answer
