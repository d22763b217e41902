"""Every public name of tf.math, tf.linalg, tf.nn, tf.signal and tf.image is asked for derivatives, or left aside for a reason.

A release that brings a new op shows up here: ``new`` names it. ``unasked`` names lines of the tables that the case of their
namespace does not have as a parameter.

Oracle: no name is left over.

Source: the namespaces themselves, as the release has them.
"""

import os
import types

import tensorflow as tf

from cases import _catalog
from cases.sweep import _aside, _take

PARAMS = {"namespace": ("math", "linalg", "nn", "signal", "image")}


def public(module, prefix=""):
    """The names of what can be called, those of modules inside with the module's name before them."""
    for name in dir(module):
        value = getattr(module, name)
        if name.startswith("_"):
            continue
        if isinstance(value, types.ModuleType):
            for inner in public(value, prefix + name + "."):
                yield inner
        elif callable(value):
            yield prefix + name


def oracle(namespace):
    return {"new": "", "unasked": ""}


def build(namespace):
    table = _take.table(namespace)
    here = os.path.dirname(os.path.abspath(__file__))
    asked = _catalog.read_case(os.path.join(here, namespace + ".py"), here).params["op"]
    aside = set(" ".join(_aside.ASIDE[namespace].values()).split())

    def answer():
        known = aside | {name.partition("@")[0] for name in table}
        return {
            "new": " ".join(sorted(set(public(getattr(tf, namespace))) - known)),
            "unasked": " ".join(sorted(set(table) ^ set(asked))),
        }

    return answer
