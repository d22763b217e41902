"""The catalogue: what every case declares, read from its source without importing it.

Standard library only, Python 3.7 syntax. A case's path is its id (``cases/tape/stop_recording.py`` is
``tape.stop_recording``); modules whose name starts with an underscore are shared code, not cases.
"""

from __future__ import annotations

import ast
import glob
import hashlib
import itertools
import os
import re
from typing import Any, Iterator, NamedTuple

ROOT = os.path.dirname(os.path.abspath(__file__))

TIME_LIMIT_S = 60.0
"""Seconds that one point may take unless its case says otherwise in ``TIME_LIMIT_S``."""
MEMORY_LIMIT_MB = 4096
"""Resident megabytes that a case's process may hold unless it says otherwise in ``MEMORY_LIMIT_MB``."""

CONSTANTS: dict[str, Any] = {
    "PARAMS": {},
    "EXCLUDE": (),
    "SINCE": None,
    "RTOL": None,
    "ATOL": 0.0,
    "VERSION": 1,
    "TRACK": (),
    "KEEP": (),
    "TIMED": {},
    "ISOLATE": "case",
    "TIME_LIMIT_S": TIME_LIMIT_S,
    "MEMORY_LIMIT_MB": MEMORY_LIMIT_MB,
}
"""What a case may declare, with what holds when it does not; see CONTRIBUTING.md for the meaning of each."""

FUNCTIONS = ("inputs", "oracle", "explanations", "build", "work", "floor")
UNITS = ("calls", "elements", "rows", "steps", "traces")
"""What the calls of a timed case can be counted in: ``TIMED["unit"]``."""


class CaseError(ValueError):
    """A case that does not keep the protocol, or a name that is no case; the message says where and what to do."""


class CaseInfo(NamedTuple):
    """What one case declares; the fields are the constants of its module in lower case."""

    id: str
    root: str
    path: str
    doc: str
    claim: str
    params: dict[str, tuple[Any, ...]]
    exclude: tuple[dict[str, Any], ...]
    since: str | None
    rtol: Any
    atol: Any
    version: int
    track: tuple[str, ...]
    keep: tuple[str, ...]
    timed: dict[str, Any]
    isolate: str
    time_limit_s: float
    memory_limit_mb: float
    functions: dict[str, tuple[str, ...]]


def points(info: CaseInfo) -> Iterator[dict[str, Any]]:
    """The case's points in order: the product of its parameters without those that ``EXCLUDE`` names."""
    for values in itertools.product(*info.params.values()):
        params = dict(zip(info.params, values))
        if not any(_agrees(params, partial) for partial in info.exclude):
            yield params


def _agrees(params: dict[str, Any], partial: dict[str, Any]) -> bool:
    """Whether a point has the values of a partial assignment, whose tuples mean any of theirs."""
    return all(
        params[name] in value if isinstance(value, tuple) else params[name] == value for name, value in partial.items()
    )


def timed_points(info: CaseInfo) -> list[dict[str, Any]]:
    """The points that are timed: those that agree with one of the partial assignments in ``TIMED["points"]``, or all."""
    if not info.timed:
        return []
    partials = info.timed.get("points", ({},))
    return [params for params in points(info) if any(_agrees(params, partial) for partial in partials)]


def catalog(root: str = ROOT) -> dict[str, CaseInfo]:
    """``{id: CaseInfo}`` of every case below ``root``, in order of id."""
    found = {}
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(("_", ".")))
        for name in files:
            if name.endswith(".py") and not name.startswith("_"):
                path = os.path.join(folder, name)
                info = read_case(path, root)
                found[info.id] = info
    return dict(sorted(found.items()))


def read_case(path: str, root: str = ROOT) -> CaseInfo:
    """The :class:`CaseInfo` of one module."""
    relative = os.path.relpath(path, root)
    with open(path, encoding="utf-8") as stream:
        source = stream.read()
    try:
        tree = ast.parse(source, filename=path)
    except SyntaxError as error:
        raise CaseError("{}, line {}: {}".format(relative, error.lineno, error.msg))
    values = dict(CONSTANTS)
    functions = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in FUNCTIONS:
            functions[node.name] = _arguments(node)
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in CONSTANTS:
                try:
                    values[name] = ast.literal_eval(node.value)
                except ValueError:
                    raise CaseError(
                        "{}, line {}: {} is not a literal; write its value out, so that it can be read without "
                        "TensorFlow".format(relative, node.lineno, name)
                    )
    doc = ast.get_docstring(tree) or ""
    constants = {name.lower(): value for name, value in values.items()}
    return CaseInfo(
        id=os.path.splitext(relative)[0].replace(os.sep, "."),
        root=root,
        path=path,
        doc=doc,
        claim=doc.partition("\n")[0],
        functions=functions,
        **constants,
    )


def _arguments(node: ast.FunctionDef) -> tuple[str, ...]:
    """The names of a function's arguments; ``**`` is marked, since it takes any parameter."""
    arguments = node.args
    names = [argument.arg for argument in arguments.args + arguments.kwonlyargs]
    return tuple(names) + (("**",) if arguments.kwarg else ())


def problems(info: CaseInfo) -> list[str]:
    """What keeps a case from being run as it stands, one sentence each; nothing when the protocol is kept."""
    found = []
    if not info.claim:
        found.append("has no docstring; its first line states the claim")
    if "racle" not in info.doc:
        found.append("has a docstring that derives no oracle")
    for name in ("oracle", "build"):
        if name not in info.functions:
            found.append("has no function {}".format(name))
    for name, arguments in info.functions.items():
        if "**" not in arguments and set(arguments) != set(info.params):
            found.append(
                "{}({}) does not take the parameters of PARAMS: {}".format(
                    name, ", ".join(arguments), ", ".join(info.params) or "none"
                )
            )
    for name, values in info.params.items():
        if not isinstance(values, tuple) or not values or len(set(map(str, values))) != len(values):
            found.append("PARAMS[{!r}] is not a tuple of different values".format(name))
        elif any(set(str(value)) & set("=,[]*? \t\n") for value in values):
            found.append("PARAMS[{!r}] has a value with a blank or one of = , [ ] * ?".format(name))
    if info.isolate not in ("case", "point"):
        found.append("ISOLATE is {!r}, neither 'case' nor 'point'".format(info.isolate))
    if not found and not list(points(info)):
        found.append("has no points: EXCLUDE takes them all")
    if info.timed and (set(info.timed) - {"points"} != {"unit"} or info.timed["unit"] not in UNITS):
        found.append("TIMED is not a dictionary of 'unit' (one of {}) and perhaps 'points'".format(", ".join(UNITS)))
    elif not found and info.timed and not timed_points(info):
        found.append("is timed at no point: TIMED['points'] fits none")
    return found


def sources(info: CaseInfo) -> tuple[str, str]:
    """Two digests: of the case's own source, and of the shared code that its answers may depend on.

    Shared are the underscore modules of this package that answers pass through, those of the folders down to the case, and
    those of any family that the case imports from (``from cases.nesting import _hessians``).
    """
    folders = [ROOT, info.root]
    for name in info.id.split(".")[:-1]:
        folders.append(os.path.join(folders[-1], name))
    with open(info.path, encoding="utf-8") as stream:
        imported = re.findall(r"^from cases\.(\w+) import", stream.read(), re.MULTILINE)
    folders += [os.path.join(ROOT, name) for name in imported]
    patterns = [os.path.join(glob.escape(folder), "_*.py") for folder in dict.fromkeys(folders)]
    shared = [path for pattern in patterns for path in sorted(glob.glob(pattern))]
    return _digest([info.path]), _digest([path for path in shared if path not in _NO_ANSWER])


_NO_ANSWER = tuple(os.path.join(ROOT, name) for name in ("_catalog.py", "_mutants.py", "_timing.py"))
"""Shared code on which no answer depends: what reads cases, what makes them wrong, and what times them."""


def _digest(paths: list[str]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(os.path.basename(path).encode())
        with open(path, "rb") as stream:
            digest.update(stream.read())
    return digest.hexdigest()[:16]
