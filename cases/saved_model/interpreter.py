"""A new interpreter finds in a SavedModel what a process finds that has not traced the function.

The other cases of this family take a fork of an untouched process for a fresh one. This one starts an interpreter, which
imports TensorFlow anew, loads what was saved here, and asks for the gradient. All options are asked of one interpreter, each of
its own model.

Oracle: as in ``saved_model.kinds``: 20 w x, and a LookupError where gradients were not saved.

Source: TensorFlow guide, Custom gradients in SavedModel ("if you start a new runtime").
"""

from cases import _compat
from cases.saved_model import _fresh, _models

PARAMS = {"option": ("default", "saved", "not_saved")}

_ANSWERS = {}


def oracle(option):
    return _models.expected("square", kept=option != "not_saved")


def explanations(option):
    return {"not saved": _models.expected("square", kept=False)}


def build(option):
    _compat.save_options(_models.OPTIONS[option])

    def answer():
        if not _ANSWERS:
            options = ["default"] if _compat.version() < (2, 6) else list(_models.OPTIONS)
            models = [["square", each] for each in options]
            _models.save_all(models)
            _ANSWERS.update(_fresh.elsewhere("cases.saved_model._models:ask_all", how="interpreter", models=models))
        prefix = "square-{}/".format(option)
        return {name[len(prefix) :]: value for name, value in _ANSWERS.items() if name.startswith(prefix)}

    return answer
