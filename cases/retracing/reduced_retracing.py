"""With reduce_retracing, tensors of ever new sizes need two traces: one for the first size, one for any size.

API: "When True, tf.function attempts to reduce the amount of retracing, for example by using more generic shapes"; in the
releases of experimental_relax_shapes: "tf.function may generate fewer, graphs that are less specialized on input shapes".
Without it, the API says "tf.function creates a new ConcreteFunction for every unique set of input shapes and datatypes".

Oracle, off: the number of different types. On, the documentation promises an upper bound only. The least that the rule allows
is taken: the first call cannot know what will vary, so its trace is specific; the second can be generic in the dimensions
that differed, and serves all further sizes: 2. Of ranks 1, 2, 3 the generic type is the unranked one: 2. dtypes have no
common type: as off. Python values have none either: as off. For new sizes under a Python flag that is True and False in turn,
the two flags need two traces each: 4. Explanations: "not reduced": as off. "generic at the third": the shapes of the very
first miss are not remembered, so that there is nothing to compare the second with, and the generic trace comes one call
later: 3; of the two flags, only the first loses that call: 5.

Source: API documentation of tf.function, reduce_retracing; guide "Better performance with tf.function", Rules of tracing.
"""

import tensorflow as tf

from cases import _compat
from cases.retracing import _count

PARAMS = {
    "reduce": (False, True),
    "new": ("sizes", "batches", "ranks", "dtypes", "python", "two_arguments", "lists", "ragged", "flag", "repeated"),
}
TRACK = ("traces", "reported_traces")

_OFF = {"dtypes": 3, "python": 4, "flag": 8, "ranks": 3, "repeated": 1}


def oracle(reduce, new):
    on = {"dtypes": 3, "python": 4, "flag": 4, "repeated": 1}.get(new, 2)
    return _count.expected(on if reduce else _OFF.get(new, 4))


def explanations(reduce, new):
    if not reduce:
        return {}
    return {
        "not reduced": _count.expected(_OFF.get(new, 4)),
        "generic at the third": _count.expected(5 if new == "flag" else 3),
    }


def build(reduce, new):
    count = _count.Counter()

    def body(*values):
        count()
        return tf.constant(0.0)

    sizes = (1, 2, 3, 4)
    calls = {
        "sizes": [lambda f, n=n: f(tf.zeros([n])) for n in sizes],
        "batches": [lambda f, n=n: f(tf.zeros([n, 5])) for n in sizes],
        "ranks": [lambda f, n=n: f(tf.zeros([2] * n)) for n in (1, 2, 3)],
        "dtypes": [lambda f, d=d: f(tf.zeros([2], d)) for d in (tf.float32, tf.float64, tf.int32)],
        "python": [lambda f, n=n: f(n) for n in sizes],
        "two_arguments": [lambda f, n=n: f(tf.zeros([n]), tf.zeros([5, n])) for n in sizes],
        "lists": [lambda f, n=n: f([tf.zeros([n]), {"a": tf.zeros([n])}]) for n in sizes],
        "ragged": [lambda f, n=n: f(tf.RaggedTensor.from_row_lengths(tf.zeros([n]), [1] * n)) for n in sizes],
        "flag": [lambda f, n=n, flag=flag: f(tf.zeros([n]), flag) for n in sizes for flag in (True, False)],
        "repeated": [lambda f: f(tf.zeros([3]))] * 4,
    }[new]

    def answer():
        function = _compat.reduce_retracing(body, reduce)
        for call in calls:
            call(function)
        return _count.counts(count, function)

    return answer
