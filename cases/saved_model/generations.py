"""A custom gradient survives being loaded and saved again, by the same option, generation after generation.

Each generation is loaded from the one before and saved, in a process of its own; the third is the one that is asked.

Oracle: as in ``saved_model.kinds``, for every generation the same.

Source: documentation of tf.saved_model.SaveOptions.
"""

import tensorflow as tf

from cases import _compat
from cases.saved_model import _fresh, _models

PARAMS = {"kind": ("nested", "variable"), "generation": (1, 2, 3)}
KINDS = list(PARAMS["kind"])

_ANSWERS = {}


def oracle(kind, generation):
    return _models.expected(kind)


def explanations(kind, generation):
    return {"not saved": _models.expected(kind, kept=False)}


def save(kinds):
    for kind in kinds:
        _models.write(_models.Module(kind), "{}-1".format(kind), "saved")


def save_again(kinds, generation):
    for kind in kinds:
        loaded = tf.saved_model.load("{}-{}".format(kind, generation - 1))
        _models.write(loaded, "{}-{}".format(kind, generation), "saved")


def ask(kinds, generations):
    """The answers of every kind in each generation, output by output as ``kind-generation/output``."""
    return _models.ask_all([[kind, generation] for kind in kinds for generation in generations])


def build(kind, generation):
    _compat.save_options(True)

    def answer():
        if not _ANSWERS:
            _fresh.elsewhere("cases.saved_model.generations:save", kinds=KINDS)
            for again in (2, 3):
                _fresh.elsewhere("cases.saved_model.generations:save_again", kinds=KINDS, generation=again)
            _ANSWERS.update(
                _fresh.elsewhere("cases.saved_model.generations:ask", kinds=KINDS, generations=PARAMS["generation"])
            )
        prefix = "{}-{}/".format(kind, generation)
        return {name[len(prefix) :]: value for name, value in _ANSWERS.items() if name.startswith(prefix)}

    return answer
