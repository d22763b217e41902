"""The gradient has the structure of its sources, with each derivative in its source's place.

z = sum(x² y) with the sources x and y in a list, a tuple, a dict whose keys are not in order, a namedtuple, nested, twice the
same, and in an empty list.

Oracle: dz/dx = 2xy and dz/dy = x², each in its place; a source named twice gets the whole derivative twice; no sources, no
gradients. ``structure`` is what ``tape.gradient`` returned, leaves written as ``*``: the same structure as the sources', by the
documentation of tf.GradientTape.gradient.

Source: documentation of tf.GradientTape.gradient, "Returned structure is the same as the structure of sources".
"""

import collections

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "structure": ("single", "list", "tuple", "dict", "namedtuple", "nested", "repeated", "empty"),
}
# Once for each of these modes: what the graph does is asked in full.
EXCLUDE = (
    {
        "mode": ("nested_graph", "jit"),
        "structure": ("list", "tuple", "dict", "namedtuple", "nested", "repeated", "empty"),
    },
)

Pair = collections.namedtuple("Pair", "second first")


def _arranged(structure, x, y):
    return {
        "single": x,
        "list": [y, x],
        "tuple": (x, y),
        "dict": {"z": x, "a": y},
        "namedtuple": Pair(second=y, first=x),
        "nested": {"w": [x, (y,)], "b": {"c": y}},
        "repeated": [x, y, x],
        "empty": [],
    }[structure]


def _leaves(value):
    """Leaves by a path, and the structure as text; dicts in order of their keys."""
    if isinstance(value, dict):
        children = [(key, value[key]) for key in sorted(value)]
    elif hasattr(value, "_fields"):
        children = list(zip(value._fields, value))
    elif isinstance(value, (list, tuple)):
        children = [(str(number), child) for number, child in enumerate(value)]
    else:
        return {"": value}, "*"
    leaves, texts = {}, []
    for key, child in children:
        below, text = _leaves(child)
        leaves.update({"." + key + path: leaf for path, leaf in below.items()})
        texts.append(key + ":" + text)
    kind = next((kind for kind in (dict, Pair, tuple, list) if isinstance(value, kind)), type(value))
    return leaves, "{}({})".format(kind.__name__, " ".join(texts))


def _named(value):
    leaves, text = _leaves(value)
    return dict({"dz_d" + path: leaf for path, leaf in leaves.items()}, structure=text)


def inputs(**_):
    return np.array([2.0, -1.5, 0.25], np.float32), np.array([3.0, 0.5, -2.0], np.float32)


def oracle(structure, **_):
    x, y = (value.astype(np.float64) for value in inputs())
    return _named(_arranged(structure, 2.0 * x * y, x * x))


def build(mode, structure):
    x, y = (tf.Variable(value) for value in inputs())
    texts = []

    def gradients():
        with tf.GradientTape() as tape:
            z = tf.reduce_sum(x * x * y)
        gradient = tape.gradient(z, _arranged(structure, x, y))
        texts.append(_leaves(gradient)[1])
        return gradient

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(gradients), mode)

    def answer():
        return dict(_named(call()), structure=texts[-1])

    return answer
