"""fit, evaluate and predict trace a model once, though the last batch is smaller than the others.

Keras's documentation gives no number. It batches arrays as Dataset.batch does, whose documentation says of
drop_remainder=False that the batch dimension is not statically known: one type for all batches, and so by the rules of
tracing one trace of the loop's step.

Oracle: ``traces`` of a layer's ``call``, or of the loss, in a first use on 10 rows in batches of 4, on a model that is built:
1. ``by_odd_batch``, what the odd last batch costs beside a first use on 12 rows: 0. ``again``, what a second use of the same
model costs: 0. Explanations: "again for the optimizer's variables": fit creates them in its first step, and a function that
creates variables is traced twice (retracing.variables_created): 2. "and for the model's inputs": the model is called
symbolically to learn its inputs before the loop: 2, and 3 in fit. "for each batch size": the batches of 4 and of 2 are traced
each: 2, one of them for the odd batch.

Source: API documentation of tf.data.Dataset.batch and of Model.fit; guide "Better performance with tf.function", Rules of
tracing.
"""

import numpy as np
import tensorflow as tf

from cases.retracing import _count

PARAMS = {"loop": ("fit", "evaluate", "predict"), "data": ("arrays", "dataset"), "counted": ("layer", "loss")}
EXCLUDE = (
    {"loop": ("evaluate", "predict"), "counted": "loss"},
    {"loop": "evaluate", "data": "dataset"},
    {"loop": "fit", "data": "dataset"},
)
TRACK = ("traces", "by_odd_batch", "again")


def oracle(loop, data, counted):
    return {"traces": 1, "by_odd_batch": 0, "again": 0}


def explanations(loop, data, counted):
    return {
        "again for the optimizer's variables": {"traces": 2} if loop == "fit" else {},
        "and for the model's inputs": {"traces": 3 if loop == "fit" else 2},
        "for each batch size": {"traces": 2, "by_odd_batch": 1},
    }


def build(loop, data, counted):
    def use(rows):
        """Traces of the first and of the second use."""
        count = _count.Counter()

        class Identity(tf.keras.layers.Layer):
            def call(self, x):
                if counted == "layer":
                    count()
                return x

        def loss(y_true, y_pred):
            if counted == "loss":
                count()
            return tf.reduce_mean(tf.square(y_true - y_pred))

        model = tf.keras.Sequential([Identity(), tf.keras.layers.Dense(1)])
        model.compile(loss=loss, optimizer=tf.keras.optimizers.SGD(0.1))
        model.build((None, 3))
        model(np.ones((4, 3), np.float32))
        x, y = np.ones((rows, 3), np.float32), np.ones((rows, 1), np.float32)

        def once():
            if data == "dataset":
                pairs = tf.data.Dataset.from_tensor_slices(x if loop == "predict" else (x, y)).batch(4)
                given, options = (pairs,), {}
            else:
                given, options = ((x,) if loop == "predict" else (x, y)), {"batch_size": 4}
            if loop == "fit":
                options["epochs"] = 2
            getattr(model, loop)(*given, verbose=0, **options)

        count.traces = 0
        once()
        first = count.traces
        once()
        return first, count.traces - first

    def answer():
        even, odd = use(12), use(10)
        return {"traces": odd[0], "by_odd_batch": odd[0] - even[0], "again": odd[1]}

    return answer
