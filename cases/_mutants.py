"""Is a case a check? Its answers made wrong, one way at a time: every one of them has to come out as a mismatch.

``matrix``'s worker serves this in the place of ``_child`` where a request's ``task`` says so. A record's outcome is ``match``
where all mutants of the point were seen, ``mismatch`` where some passed for right (its message names them), and ``unsupported``
where there was nothing to make wrong: the case's own answer is not right here, or it takes no gradient.

``request["mutants"]`` is ``outputs``, which changes what ``build`` returns, output by output (``factor``, ``sign``, ``offset``,
``lost``, ``other``), or one of ``TAPES``, which changes what every ``GradientTape`` and ``ForwardAccumulator`` of the process
gives while ``build`` and its call run.
"""

import numpy as np
import tensorflow as tf

from cases._child import compared, load
from cases._record import make_record

FACTOR = 1.1
"""A factor that no tolerance of a case forgives."""
TAPES = ("tape_factor", "tape_sign", "tape_lost")


def answer(request, emit):
    """Answer every point of ``request``; ``emit`` takes ``begin=number`` and ``record=record``."""
    leg, case = request["leg"], request["case"]
    module = load(case, request["path"])
    for number, params in enumerate(request["points"]):
        emit(begin=number)
        try:
            if request["mutants"] == "outputs":
                survivors = _of_outputs(leg, case, module, params)
            else:
                survivors = _of_tapes(leg, case, module, params, request["mutants"])
        except Exception as error:
            message = "{}: {}".format(type(error).__name__, error)
            emit(record=make_record(leg, case, params, "unsupported", message=message))
            continue
        outcome = "unsupported" if survivors is None else "mismatch" if survivors else "match"
        emit(record=make_record(leg, case, params, outcome, message=", ".join(survivors or ()) or None))


def _right(record):
    return record["outcome"] == "match"


def _of_outputs(leg, case, module, params):
    """The mutants of the outputs that pass; None where the answer itself is not right."""
    observed = module.build(**params)()
    if not _right(compared(leg, case, module, params, observed)):
        return None
    survivors = []
    for name, value in observed.items():
        for kind, wrong in _wrong(value):
            if _right(compared(leg, case, module, params, dict(observed, **{name: wrong}))):
                survivors.append("{}: {}".format(name, kind))
    return survivors


def _wrong(value):
    """``(kind, wrong value)`` for one right value."""
    if value is None:
        return [("other", 0.0)]
    if isinstance(value, (str, bytes)):
        return [("other", "other than it is"), ("lost", None)]
    array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if array.dtype.kind == "b":
        return [("other", ~array), ("lost", None)]
    if array.dtype.kind in "iu":
        return [("offset", array + np.ones_like(array)), ("lost", None)]
    wide = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    finite = np.isfinite(wide)
    if not finite.any() or not np.any(wide[finite]):
        wrong = [("offset", wide + 1.0)] if array.size else []
    else:
        wrong = [("factor", wide * FACTOR), ("sign", -wide)]
    return [(kind, each.astype(array.dtype)) for kind, each in wrong] + [("lost", None)]


def _of_tapes(leg, case, module, params, mutation):
    """The mutation, if the case does not see it; None where the answer itself is not right, or takes no gradient."""
    if not _right(compared(leg, case, module, params, module.build(**params)())):
        return None
    taken = []
    with _changed_tapes(mutation, taken):
        try:
            seen = not _right(compared(leg, case, module, params, module.build(**params)()))
        except Exception:
            seen = True
    return None if not taken else [] if seen else [mutation]


class _changed_tapes:
    """Within it, every gradient of a tape and every Jacobian-vector product is wrong, and noted in ``taken``."""

    def __init__(self, mutation, taken):
        self.mutation, self.taken, self.own = mutation, taken, []

    def __enter__(self):
        self._change(tf.GradientTape, "gradient")
        if hasattr(tf, "autodiff"):
            self._change(tf.autodiff.ForwardAccumulator, "jvp")

    def __exit__(self, *_):
        for owner, name, method in self.own:
            setattr(owner, name, method)

    def _change(self, owner, name):
        method = getattr(owner, name)
        self.own.append((owner, name, method))

        def changed(*args, **kwargs):
            found = method(*args, **kwargs)
            if any(each is not None for each in tf.nest.flatten(found)):
                self.taken.append(name)
            return tf.nest.map_structure(self._wrong, found)

        setattr(owner, name, changed)

    def _wrong(self, gradient):
        if gradient is None or self.mutation == "tape_lost":
            return None
        factor = FACTOR if self.mutation == "tape_factor" else -1.0
        if isinstance(gradient, tf.IndexedSlices):
            values = gradient.values * tf.cast(factor, gradient.dtype)
            return tf.IndexedSlices(values, gradient.indices, gradient.dense_shape)
        return gradient * tf.cast(factor, gradient.dtype)
