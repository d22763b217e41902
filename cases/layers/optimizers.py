"""Three steps of an optimizer on two variables lead where the paper says that its documentation names.

Oracle: the formulas of ``_optimizers.py``. Gradients are given, not taken: three times two arrays.

Explanations: "epsilon inside the root": sqrt(v + e) where the documentation of RMSprop (and Duchi et al. for Adagrad) has
sqrt(v) + e, which differ wherever v is not much larger than e^2; with the default e = 1e-7 that is for gradients below 1e-3.
"schedule 250 times as fast": Nadam's momentum follows 0.96^t where the paper, and the releases before 2.11, have 0.96^(t /
250); "the same, with a product for each variable": in a graph the product P_t, which all variables share, is multiplied by
b_t once for each variable in a step (except the first), and not once.

"bias correction of step 3": an update with three accumulated gradients counts as the third step.

Source: documentation of tf.keras.optimizers; the papers in ``_optimizers.py``; tensorflow/tensorflow #58412 (RMSprop).
"""

import numpy as np
import tensorflow as tf

from cases import _compat
from cases.layers import _optimizers

PARAMS = {
    "optimizer": (
        "sgd",
        "momentum",
        "nesterov",
        "adam",
        "amsgrad",
        "adamw",
        "adam_accumulated",
        "adamax",
        "nadam",
        "rmsprop",
        "rmsprop_momentum",
        "rmsprop_centered",
        "adagrad",
        "adadelta",
        "ftrl",
        "lion",
    ),
    "mode": ("eager", "graph"),
}
EXCLUDE = (
    {
        "mode": "graph",
        "optimizer": (
            "sgd",
            "momentum",
            "nesterov",
            "amsgrad",
            "adamw",
            "adam_accumulated",
            "adamax",
            "rmsprop",
            "rmsprop_momentum",
            "adagrad",
            "adadelta",
            "lion",
        ),
    },
)
# float32, three steps with a few roundings each, and powers of 0.96 and of betas.
RTOL = 5e-6


def inputs(optimizer, mode):
    """The variables' values, and their gradients at each of three steps."""
    random = np.random.RandomState(41)
    shapes = {"kernel": (3, 2), "bias": (2,)}
    values = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    gradients = [
        {name: (factor * random.normal(size=shape)).astype(np.float32) for name, shape in shapes.items()}
        for factor in (1.0, 0.25, 2.0)
    ]
    return values, gradients


# What becomes of P_t in the graph: the kernel finds what the bias has multiplied in, which does so twice from step 2 on.
AGAIN = {"kernel": [(1,), (1, 1), (1, 2, 1)], "bias": [(1,), (1, 2), (1, 2, 2)]}


def _answer(optimizer, mode, again=False, **wrong):
    values, gradients = inputs(optimizer, mode)
    found = {}
    for name, value in values.items():
        slopes = [step[name].astype(np.float64) for step in gradients]
        powers = AGAIN[name] if again else None
        found[name] = _optimizers.steps(optimizer, value.astype(np.float64), slopes, powers=powers, **wrong)
    return found


def oracle(optimizer, mode):
    return _answer(optimizer, mode)


def explanations(optimizer, mode):
    if optimizer.startswith("rmsprop") or optimizer == "adagrad":
        return {"epsilon inside the root": _answer(optimizer, mode, inside=True)}
    if optimizer == "nadam":
        return {
            "schedule 250 times as fast": _answer(optimizer, mode, period=1.0),
            "the same, with a product for each variable": _answer(optimizer, mode, period=1.0, again=True),
        }
    if optimizer == "adam_accumulated":
        return {"bias correction of step 3": _answer(optimizer, mode, first=3)}
    return {}


def build(optimizer, mode):
    values, gradients = inputs(optimizer, mode)
    layer = tf.keras.layers.Dense(2)
    layer.build((None, 3))
    variables = layer.trainable_variables
    for variable, value in zip(variables, values.values()):
        variable.assign(value)
    made = _optimizers.make(optimizer)
    _optimizers.build(made, variables)

    def step(*slopes):
        made.apply_gradients(zip(slopes, variables))

    step = _compat.in_mode(step, mode, autograph=False)

    def answer():
        for slopes in gradients:
            step(*[tf.constant(slope) for slope in slopes.values()])
        return {name: variable.numpy() for name, variable in zip(values, variables)}

    return answer
