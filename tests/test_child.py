"""An exception keeps its own type and words; what AutoGraph and Keras put around them, with paths, is left out."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "standin"))
    before = set(sys.modules)
    yield importlib.import_module("cases._child")
    for name in set(sys.modules) - before:
        if name.split(".")[0] in ("tensorflow", "cases"):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("kind", "message", "own"),
    [
        ("ValueError", "Shapes differ", ("ValueError", "Shapes differ")),
        ("ValueError", "two\nlines", ("ValueError", "two\nlines")),
        (
            "ValueError",
            'in user code:\n\n    File "/a/b.py", line 3, in step  *\n        x = f(y)\n\n    ValueError: Shapes differ\n',
            ("ValueError", "Shapes differ"),
        ),
        (
            "StagingError",
            "in converted code:\n\n    /a/b.py:3 step  *\n        x = f(y)\n\n    TypeError: no tensor\n",
            ("TypeError", "no tensor"),
        ),
        (
            "UnimplementedError",
            "Graph execution error:\n\nDetected at node 'x' defined at (most recent call last):\n"
            "    File \"/a/b.py\", line 3, in f\nNode: 'x'\nTensorList crossing the boundary\n\t [[{{node x}}]] [Op:f]",
            ("UnimplementedError", "TensorList crossing the boundary"),
        ),
        ("KeyError", "'pyfunc_1'", ("KeyError", "'pyfunc_1'")),
        ("RuntimeError", "", ("RuntimeError", "")),
    ],
)
def test_own_words(child: ModuleType, kind: str, message: str, own: tuple[str, str]) -> None:
    assert child._own_words(kind, message) == own
