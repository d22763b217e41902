"""A layer under a tf.function is traced once for each training flag that is a Python value, and once for all that are tensors.

Guide: "Often, Python arguments are used to control hyperparameters and graph constructions - for example, num_layers=10 or
training=True or nonlinearity='relu'. So, if the Python argument changes, it makes sense that you'd have to retrace the
graph."

Oracle, for the layer's ``call`` counted in a decorated step(x, training): True, True: 1; True, False, True: 2; tensors True,
False: 1; None, left out: 1; None and False: 2; and for a decorated layer, tf.function(layer), called with training by
keyword: True, False, True: 2. The layer has no variables: with variables created by the first call, that call would trace
once more (retracing.variables_created). A change of ``layer.trainable`` is an attribute's: no new trace.

Source: guide "Better performance with tf.function", Pass tensors instead of python literals.
"""

import tensorflow as tf

from cases.retracing import _count

PARAMS = {
    "flags": ("true_twice", "both", "tensors", "left_out", "none_and_false", "trainable"),
    "by": ("step", "decorated_call", "model"),
}
TRACK = ("traces",)

_TRACES = {"both": 2, "none_and_false": 2}


def oracle(flags, by):
    return {"traces": _TRACES.get(flags, 1)}


def build(flags, by):
    count = _count.Counter()

    class Scale(tf.keras.layers.Layer):
        def call(self, x, training=None):
            count()
            factor = tf.where(training, 2.0, 1.0) if isinstance(training, tf.Tensor) else (2.0 if training else 1.0)
            return factor * x

    layer = Scale()
    model = tf.keras.Sequential([layer])
    x = tf.ones([2, 3])
    true, false = tf.constant(True), tf.constant(False)

    class Decorated(tf.Module):
        @tf.function
        def __call__(self, x, training=None):
            return layer.call(x, training=training)

    def step(x, training=None):
        return (model if by == "model" else layer)(x, training=training)

    function = Decorated() if by == "decorated_call" else tf.function(step)

    def answer():
        if by == "model":
            model(x)  # builds it
            count.traces = 0
        if flags == "trainable":
            function(x)
            layer.trainable = False
            function(x)
        elif flags == "left_out":
            function(x)
            function(x, training=None)
        else:
            values = {
                "true_twice": (True, True),
                "both": (True, False, True),
                "tensors": (true, false),
                "none_and_false": (None, False, None),
            }[flags]
            for value in values:
                function(x, training=value)
        return {"traces": count.traces}

    return answer
