"""A right answer that leaves its process with another setting, each time another one.

Oracle: 1.
"""

import os

import numpy as np

from cases import _compat

PARAMS = {
    "what": (
        "folder",
        "environment",
        "numpy_errors",
        "numpy_seed",
        "run_eagerly",
        "floatx",
        "mixed_precision",
        "determinism",
        "seed",
        "tape",
    )
}
ISOLATE = "point"


def oracle(what):
    return {"one": 1.0}


def _folder():
    os.chdir("/")


def _environment():
    os.environ.update(
        TF_CPP_MIN_LOG_LEVEL="0", TF_DETERMINISTIC_OPS="1", TF_USE_LEGACY_KERAS="1", PYTHONPATH="/nowhere"
    )


def _first(*names):
    """The first of these functions of TensorFlow that a release has: they moved."""
    import tensorflow as tf

    for name in names:
        found = tf
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is not None:
            return found
    raise _compat.Unsupported("none of {}".format(", ".join(names)))


def _tape():
    import tensorflow as tf

    def gradient(*_, **__):
        raise RuntimeError("patched by the case before")

    tf.GradientTape.gradient = gradient


DEEDS = {
    "folder": _folder,
    "environment": _environment,
    "numpy_errors": lambda: np.seterr(all="raise"),
    "numpy_seed": lambda: np.random.seed(1),
    "run_eagerly": lambda: _first("config.run_functions_eagerly", "config.experimental_run_functions_eagerly")(True),
    "floatx": lambda: _first("keras.backend.set_floatx", "keras.config.set_floatx")("float64"),
    "mixed_precision": lambda: _first(
        "keras.mixed_precision.set_global_policy", "keras.mixed_precision.experimental.set_policy"
    )("mixed_bfloat16"),
    "determinism": lambda: _first("config.experimental.enable_op_determinism")(),
    "seed": lambda: _first("random.set_seed")(7),
    "tape": _tape,
}


def build(what):
    def answer():
        DEEDS[what]()
        return {"one": 1.0}

    return answer
