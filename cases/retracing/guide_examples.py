"""The tracing examples of the guide "Better performance with tf.function" trace as often as the guide says.

Oracle, from the guide's text and printed comments: ``double`` with 1, 1.1, "a" and then "b" is traced 3 times ("This doesn't
print 'Tracing with ...'"); ``train`` with num_steps 10 and 20 as Python numbers ("Retracing occurs for different Python
arguments") and as tensors ("Traces are reused for Tensor arguments") 3 times; ``next_collatz`` once under its signature;
``f(1), f(1), f(2)`` of "Executing Python side effects" twice; ``side_effect`` called three times appends once; ``fizzbuzz``
with two tensors once; ``train`` over datasets of 3 and 10 elements from a generator has one graph: 1, and over Python lists
of 3 and 10 pairs 2; ``Model`` with a counter once, and prints 1, 2, 3.

Source: guide "Better performance with tf.function".
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "way": ("function", "nested"),
    "example": (
        "double",
        "train",
        "next_collatz",
        "side_effects",
        "external_list",
        "fizzbuzz",
        "datasets",
        "python_data",
        "counter",
    ),
}
EXCLUDE = ({"way": "nested", "example": ("train", "fizzbuzz", "datasets")},)
TRACK = ("traces",)

_TRACES = {"double": 3, "train": 3, "side_effects": 2, "python_data": 2}


def oracle(way, example):
    return {"traces": _TRACES.get(example, 1)}


def build(way, example):
    count = _count.Counter()
    external_list = []
    variable = tf.Variable(0)

    def double(a):
        count()
        return a + a

    def train(num_steps):
        count()
        total = tf.constant(0)
        for _ in tf.range(num_steps):
            total += 1
        return total

    def next_collatz(x):
        count()
        return tf.where(x % 2 == 0, x // 2, 3 * x + 1)

    def side_effect(x):
        count()
        external_list.append(x)
        return tf.constant(0)

    def fizzbuzz(n):
        count()
        total = tf.constant(0)
        for i in tf.range(1, n + 1):
            if i % 3 == 0:
                total += 3
            else:
                total += 1
        return total

    def train_on(dataset):
        count()
        loss = tf.constant(0)
        for x, y in dataset:
            loss += tf.abs(y - x)
        return loss

    class Model(object):
        counter = 0

    def model():
        count()
        if Model.counter == 0:
            Model.counter += 1
            variable.assign_add(1)
        return variable.read_value()

    def generated(pairs):
        return tf.data.Dataset.from_generator(lambda: pairs, (tf.int32, tf.int32))

    body, values, options = {
        "double": (double, [tf.constant(1), tf.constant(1.1), "a", "b"], {}),
        "train": (train, [10, 20, tf.constant(10), tf.constant(20)], {}),
        "next_collatz": (
            next_collatz,
            [tf.constant([1, 2]), tf.constant([1, 2, 3])],
            {"input_signature": (tf.TensorSpec(shape=[None], dtype=tf.int32),)},
        ),
        "side_effects": (double, [1, 1, 2], {}),
        "external_list": (side_effect, [1, 1, 1], {}),
        "fizzbuzz": (fizzbuzz, [tf.constant(5), tf.constant(20)], {}),
        "datasets": (train_on, [generated([(1, 1)] * 3), generated([(1, 1)] * 10)], {}),
        "python_data": (train_on, [[(1, 1)] * 3, [(1, 1)] * 10], {}),
        "counter": (model, [None] * 3, {}),
    }[example]

    def call_with(value):
        if value is None:
            return lambda function: function()
        if isinstance(value, str):
            return lambda function: function(tf.constant(value))
        return lambda function: function(value)

    def answer():
        _count.ask(body, count, [call_with(value) for value in values], way, **options)
        return {"traces": count.traces}

    return answer
