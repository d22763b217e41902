"""One program out of a case's module and of the shared code that it uses: definitions only, each under a name of its own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from cases import _catalog
from matrix.reproducer.scopes import Rename

SEPARATOR = "__of__"
"""Between a definition's name and its module's, as long as the program is worked on: no local name looks like that."""
REFERENCE = re.compile(r"cases(?:\.\w+)*:\w+")
OWN = "case"
SPAWN = "'spawn'"
ELSEWHERE = """
def elsewhere(function, how="fork", **arguments):
    with multiprocessing.get_context("fork" if how == "fork" else "spawn").Pool(1) as pool:
        return pool.apply(in_numpy, (function, arguments))
def in_numpy(function, arguments):
    found = (function(**arguments) or {}).items()
    return {name: value.numpy() if hasattr(value, "numpy") else value for name, value in found}
"""
"""In the place of ``cases/saved_model/_fresh.py``: there a function is known to the other process by name only."""
FRESH = "cases.saved_model._fresh"
PARSE = "import re\ndef parse(text):\n    return tuple(map(int, re.findall('[0-9]+', text)[:3]))\n"
"""In the place of ``_compat.parse``, which says the same of TensorFlow's versions in more lines."""
COMPAT = "cases._compat"


class Gathered:
    """The definitions of all modules in an order in which they can be executed, and the imports that they need."""

    def __init__(self, info: _catalog.CaseInfo) -> None:
        self.definitions: list[ast.stmt] = []
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self._modules: dict[str, str] = {}
        self._root = Path(_catalog.ROOT).parent
        # A case may refer to its own functions as "cases.family.name:function".
        self._case = f"cases.{info.id}"
        self._read(Path(info.path), OWN)

    def _read(self, path: Path, label: str) -> None:
        text = path.read_text(encoding="utf-8") + (PARSE if path == self._path(COMPAT) else "")
        tree = ast.parse(f"import multiprocessing\n{ELSEWHERE}" if path == self._path(FRESH) else text)
        # Of two definitions of a name the last one counts.
        last = {name: node for node in tree.body for name in _defined(node) if isinstance(node, ast.FunctionDef)}
        tree.body = [node for node in tree.body if not isinstance(node, ast.FunctionDef) or last[node.name] is node]
        known: dict[str, str] = {}
        taken: dict[str, str] = {}
        body: list[ast.stmt] = []
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "cases":
                for alias in node.names:
                    if self._path(f"{node.module}.{alias.name}").exists():
                        known[alias.asname or alias.name] = self._module(f"{node.module}.{alias.name}")
                    else:
                        name = f"{alias.name}{SEPARATOR}{self._module(str(node.module))}"
                        taken[alias.asname or alias.name] = name
            elif isinstance(node, ast.Import | ast.ImportFrom):
                self.imports.append(node)
            elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                body.append(node)
        own = taken | {name: f"{name}{SEPARATOR}{label}" for node in body for name in _defined(node)}
        renamed = Rename(own)
        for node in body:
            made = _Attributes(known, self._reference).visit(renamed.visit(node))
            self.definitions.append(made)

    def _module(self, name: str) -> str:
        """The label of a shared module, which is read the first time."""
        if name == self._case:
            return OWN
        if name not in self._modules:
            self._modules[name] = re.sub(r"\W", "_", name.removeprefix("cases.").replace("._", "."))
            self._modules[name] = self._modules[name].strip("_")
            self._read(self._path(name), self._modules[name])
        return self._modules[name]

    def _path(self, name: str) -> Path:
        return self._root.joinpath(*name.split(".")).with_suffix(".py")

    def _reference(self, text: str) -> str:
        module, _, name = text.partition(":")
        return f"{name}{SEPARATOR}{self._module(module)}"


class _Attributes(ast.NodeTransformer):
    """``_compat.in_mode`` becomes the name of that definition, and so does the text "cases.family.module:function"."""

    def __init__(self, known, reference) -> None:  # type: ignore[no-untyped-def]
        self.known, self.reference = known, reference

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id in self.known:
            return ast.Name(f"{node.attr}{SEPARATOR}{self.known[node.value.id]}", ast.Load())
        self.generic_visit(node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str) and REFERENCE.fullmatch(node.value):
            return ast.Name(self.reference(node.value), ast.Load())
        return node


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    return [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
