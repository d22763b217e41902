"""Every kind of custom gradient that is saved comes back in a fresh process; one that is not is refused with a LookupError.

Kinds: none (``plain``); a function of the input; one that keeps a forward value; nested ones; one whose grad_fn asks a tape for
another custom gradient; one with a variable; with two outputs; inside ``tf.cond``; ``tf.recompute_grad``;
``tf.grad_pass_through``; and an op with ``gradient_override_map``.

Oracle: ``_models.right`` derives value and gradients. Without saving: LookupError, as the guide promises, except for ``plain``;
the value is right in any case. Left alone, the option is documented to be True by the releases that have it ("not saved"
otherwise, which earlier releases cannot but give).

Source: TensorFlow guide, Custom gradients in SavedModel; documentation of tf.saved_model.SaveOptions.
"""

from cases import _compat
from cases.saved_model import _models

PARAMS = {
    "kind": (
        "plain",
        "square",
        "forward",
        "nested",
        "asks",
        "variable",
        "two_outputs",
        "in_cond",
        "recompute",
        "pass_through",
        "override",
    ),
    "option": ("saved", "default", "not_saved"),
}
# The default is one of the other two: a few kinds tell which.
EXCLUDE = (
    {"option": "default", "kind": ("forward", "nested", "asks", "variable", "two_outputs", "in_cond")},
    {"option": "default", "kind": ("recompute", "pass_through")},
    {"option": "not_saved", "kind": ("forward", "nested", "asks", "two_outputs", "pass_through")},
)
RTOL = 2e-6  # exp in float32


def oracle(kind, option):
    return _models.expected(kind, kept=option != "not_saved")


def explanations(kind, option):
    right = _models.right(kind)
    lost = {"dx": None, "da": None}
    return {
        "not saved": _models.expected(kind, kept=False),
        "not saved, by another name": dict(lost, error="StagingError"),
        "true gradient": {"dx": right["dx"] / (20.0 if kind == "nested" else 10.0)},
        "refused with an AssertionError": dict(lost, error="AssertionError"),
        "refused when saving": dict(_models.UNSAVED, error="ValueError-when-saving"),
    }


def build(kind, option):
    _compat.save_options(_models.OPTIONS[option])  # raises here, not elsewhere, where there is no such option
    models = [
        [each, one]
        for one in PARAMS["option"]
        for each in PARAMS["kind"]
        if not any(one == partial["option"] and each in partial["kind"] for partial in EXCLUDE)
    ]
    return lambda: _models.fresh(models, kind, option)
