"""Is a case a check? Its answers made wrong, one way at a time: every one of them has to come out as a mismatch.

``matrix``'s worker serves this in the place of ``_child`` where a request's ``task`` says so. A record's outcome is ``match``
where all mutants of the point were seen, ``mismatch`` where some passed for right, and ``unsupported`` where there was nothing
to make wrong: the case's own answer is not right here, or it takes no gradient. Its message is how many mutants there were, and
the names of those that passed: ``6: y: sign``.

``request["mutants"]`` is ``outputs``, which changes what ``build`` returns, output by output (``factor``, ``sign``, ``offset``,
``lost``, ``other``), or ``tapes``, which changes the first gradient that a ``GradientTape`` or a ``ForwardAccumulator`` gives
while ``build`` and its call run (``TAPES``). The first of nested ones is the innermost: a
second sign would take back the first one's.
"""

import numpy as np
import tensorflow as tf

from cases._child import compared, load
from cases._record import make_record

FACTOR = 1.1
"""A factor that no tolerance of a case forgives."""
NOTHING = 1e-5
"""An output that should be smaller than this, or than the case's own ATOL, is zero to it, and so is any multiple of it:
something is added instead."""
TAPES = ("tape_factor", "tape_sign", "tape_lost")
"""A gradient of zero has only the last, and what an optimizer like Adam makes of a gradient does not depend on the first."""


def answer(request, emit):
    """Answer every point of ``request``; ``emit`` takes ``begin=number`` and ``record=record``."""
    leg, case = request["leg"], request["case"]
    module = load(case, request["path"])
    for number, params in enumerate(request["points"]):
        emit(begin=number)
        try:
            seen = (_of_outputs if request["mutants"] == "outputs" else _of_tapes)(leg, case, module, params)
        except Exception as error:
            message = "{}: {}".format(type(error).__name__, error)
            emit(record=make_record(leg, case, params, "unsupported", message=message))
            continue
        survivors = [name for name, noticed in seen.items() if not noticed]
        outcome = "mismatch" if survivors else "match" if seen else "unsupported"
        emit(record=make_record(leg, case, params, outcome, message="{}: {}".format(len(seen), ", ".join(survivors))))


def _right(record):
    return record["outcome"] == "match"


def _of_outputs(leg, case, module, params):
    """Which mutants of the outputs are seen; none where the answer itself is not right."""
    observed = module.build(**params)()
    if not _right(compared(leg, case, module, params, observed)):
        return {}
    right, atol = module.oracle(**params), getattr(module, "ATOL", 0.0)
    nothing = {name: max(NOTHING, atol.get(name, 0.0) if isinstance(atol, dict) else atol) for name in observed}
    return {
        "{}: {}".format(name, kind): not _right(compared(leg, case, module, params, dict(observed, **{name: wrong})))
        for name, value in observed.items()
        for kind, wrong in _wrong(value, right[name], nothing[name])
    }


def _wrong(value, right, nothing):
    """``(kind, wrong value)`` for one right value, of which the oracle says ``right``, and which is zero below ``nothing``."""
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
    if not finite.any():
        wrong = [("other", np.zeros_like(wide))] if array.size else []
    elif np.max(np.abs(np.asarray(right)[finite])) < nothing:
        wrong = [("offset", wide + 1.0)]
    else:
        wrong = [("factor", wide * FACTOR), ("sign", -wide)]
    return [(kind, each.astype(array.dtype)) for kind, each in wrong] + [("lost", None)]


def _of_tapes(leg, case, module, params):
    """Which mutations are seen; none where the answer itself is not right, or takes no gradient."""
    seen = {}
    if not _right(compared(leg, case, module, params, module.build(**params)())):
        return seen
    for mutation in TAPES:
        with _changed_tapes(mutation) as changed:
            try:
                right = _right(compared(leg, case, module, params, module.build(**params)()))
            except Exception:
                right = False
        if changed.taken:
            seen[mutation] = not right
    return seen


class _changed_tapes:
    """Within it, the first gradient of a tape or Jacobian-vector product is wrong; ``taken`` says whether there was one."""

    def __init__(self, mutation):
        self.mutation, self.taken, self.own = mutation, False, []

    def __enter__(self):
        self._change(tf.GradientTape, "gradient")
        if hasattr(tf, "autodiff"):
            self._change(tf.autodiff.ForwardAccumulator, "jvp")
        return self

    def __exit__(self, *_):
        for owner, name, method in self.own:
            setattr(owner, name, method)

    def _change(self, owner, name):
        method = getattr(owner, name)
        self.own.append((owner, name, method))

        def changed(*args, **kwargs):
            found = method(*args, **kwargs)
            if self.taken or all(each is None for each in tf.nest.flatten(found)):
                return found
            self.taken = True
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
