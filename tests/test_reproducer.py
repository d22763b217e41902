"""A point becomes a script that needs TensorFlow and NumPy only, is short, and asks and judges what the case does."""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest

from cases import _catalog
from cases._compare import compare
from matrix import reproduce
from matrix.one_point import OnePoint
from matrix.paths import UsageError
from matrix.reproducer.gather import PARSE
from matrix.reproducer.script import LINES, script

ROOT = Path(__file__).resolve().parent.parent
CATALOG = {case: info for case, info in _catalog.catalog().items() if reproduce.scriptable(info)}
BROKEN = _catalog.catalog(str(ROOT / "tests" / "broken_cases"))


def points_of(case: str) -> list[dict[str, Any]]:
    """The first point, which is the simplest of most cases, or for every other case the last."""
    points = list(_catalog.points(CATALOG[case]))
    return [points[-(list(CATALOG).index(case) % 2)]]


@functools.cache
def scripts(case: str) -> list[str]:
    return [script(OnePoint(CATALOG[case], params)) for params in points_of(case)]


@pytest.mark.parametrize("case", CATALOG)
def test_a_script_is_python_3_7_and_imports_tensorflow_and_numpy_only(case: str) -> None:
    allowed = {"tensorflow", "numpy"} | set(sys.stdlib_module_names) - {"graphlib", "tomllib", "zoneinfo"}
    for text in scripts(case):
        tree = ast.parse(text, feature_version=(3, 7))
        compile(text, case, "exec")
        imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {name.split(".")[0] for name in imported} <= allowed
        assert "__of__" not in text


@pytest.mark.usefixtures("without_tensorflow")
@pytest.mark.parametrize("version", ["2.0.4", "2.15.0.post1", "2.22.0rc0", "2.23.0.dev20261026", "2.4.0-rc1"])
def test_versions_are_read_as_the_cases_read_them(version: str) -> None:
    made: dict[str, Any] = {}
    exec(PARSE, made)
    assert made["parse"](version) == importlib.import_module("cases._compat").parse(version)


def test_nearly_all_scripts_are_short() -> None:
    counts = {case: max(len(text.splitlines()) for text in scripts(case)) for case in CATALOG}
    long = {case: count for case, count in counts.items() if count >= LINES}
    assert len(long) <= len(CATALOG) * 0.35, long


@pytest.fixture
def without_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = MagicMock(__version__="2.21.0")
    monkeypatch.setitem(sys.modules, "tensorflow", fake)
    for name in [name for name in sys.modules if name.startswith("cases.") and not name.startswith("cases._c")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "cases._compat", raising=False)


def loaded(info: _catalog.CaseInfo) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"cases.{info.id}", info.path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def right_of(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a script says is right, and its names; its own statements are left out where they need TensorFlow."""
    made: dict[str, Any] = {"__name__": "script"}
    body = ast.parse(text).body
    body += body[-1].body if isinstance(body[-1], ast.If) else []
    for one in body:
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]).strip("()") == "right, wrong":
            assert isinstance(one.value, ast.Tuple)
            return dict(eval(compile(ast.Expression(one.value.elts[0]), "script", "eval"), made)), made
        with contextlib.suppress(Exception):
            exec(compile(ast.Module([one], []), "script", "exec"), made)
    raise AssertionError("the script does not say what is right")


@pytest.mark.usefixtures("without_tensorflow")
@pytest.mark.parametrize("case", CATALOG)
def test_what_is_right_is_what_the_oracle_says(case: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    module = loaded(CATALOG[case])
    for text, params in zip(scripts(case), points_of(case), strict=True):
        right, expected = right_of(text)[0], module.oracle(**params)
        assert list(right) == list(expected)
        for name, value in expected.items():
            np.testing.assert_array_equal(right[name], value)


HAZARDS = '''"""Names, scopes and calls that a careless hand would get wrong.

Oracle: what build gives.
"""
import functools

import numpy as np

from cases import _compare

PARAMS = {"kind": ("a", "b"), "n": (1, 3), "deep": (False, True)}
TABLE = {"a": {"x": 1, "y": (2, 3)}, "b": {"x": 4, "y": (5, 6)}}
GROWN = {"a": 0}
GROWN["b"] = 7
COUNT = []


def kinds(kind, n):
    return kind * n


def scaled(values, factor=2, *rest, offset=0, **options):
    return [factor * value + offset + sum(rest) + options.get("extra", 0) for value in values]


def later(value):
    return lambda: value


def counted(value):
    COUNT.append(value)
    return value


def oracle(**params):
    return build(**params)()


def build(kind, n, deep):
    value, other = TABLE[kind]["y"]
    value, other = other, value
    kind = kind + "!" if deep else kind
    kinds_ = [kinds(kind, n) for kind in ("p", "q")]
    calls = [later(number) for number in range(n)]
    unused = counted(n)
    really_unused = np.zeros(n)
    body = {"a": lambda x: x + n, "b": lambda x: x - n}[kind[0]]
    alias = value
    value = 10 * value
    total = 0

    def add(n):
        nonlocal total
        total += n
        return kind

    @functools.lru_cache()
    def cached(x):
        if n == 1 and not deep:
            return x
        elif n == 3:
            return -x
        return x * x

    def answer():
        mode, _, way = "graph_while".partition("_")
        named = dict({"kind": kind, "mode": mode}, way=way)
        numbers = scaled([1, 2], offset=1) + scaled([1], 3, 4, extra=1) + scaled([n], **{"offset": 2})
        return dict(
            named,
            added=add(2) + add(n),
            total=total,
            values=np.array([value, other, alias, body(1), cached(2), GROWN[kind[0]], *numbers]),
            calls=np.array([call() for call in calls]),
            kinds=" ".join(kinds_),
            counted=len(COUNT) > 0,
            same=_compare.compare({"x": 1.0}, {"x": 1.0})[0] if n in (1, 2) else None,
            choice="one" if n == 1 else "three" if n == 3 and kind.startswith("a") else "else",
        )

    return answer
'''


def test_names_scopes_and_calls_mean_what_they_did(tmp_path: Path) -> None:
    path = tmp_path / "hazards.py"
    path.write_text(HAZARDS, encoding="utf-8")
    info = _catalog.read_case(str(path), str(tmp_path))
    module = loaded(info)
    for params in _catalog.points(info):
        text = script(OnePoint(info, params))
        right, expected = right_of(text)[0], module.oracle(**params)
        assert compare(right, expected)[0], text
        assert "really_unused" not in text


def run(text: str, tmp_path: Path, standin: dict[str, str]) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "script.py"
    path.write_text(text, encoding="utf-8")
    return subprocess.run([sys.executable, path], env=standin, capture_output=True, text=True, check=False)


def test_a_right_answer_ends_with_0_and_is_shown(tmp_path: Path, standin: dict[str, str]) -> None:
    done = run(script(OnePoint(BROKEN["broken.right"], {"n": 3}), ["a note"]), tmp_path, standin)
    assert (done.returncode, done.stdout) == (0, "twice: right\nobserved 6\nright    6.0\n"), done.stderr


@pytest.mark.parametrize("what", BROKEN["broken.wrong"].params["what"])
def test_a_wrong_answer_ends_with_1(what: str, tmp_path: Path, standin: dict[str, str]) -> None:
    done = run(script(OnePoint(BROKEN["broken.wrong"], {"what": what})), tmp_path, standin)
    assert done.returncode == 1, done.stdout
    assert "numbers: WRONG\n" in done.stdout or "more: WRONG\n" in done.stdout or what == "object"


VALUES = [
    None, "text", "other", True, False, 0, 3, 3.0, np.float32(3.0000005), np.float32(3.00001), np.nan, np.inf, -np.inf,
    np.array([1.0, 2.0]), np.array([1.0, 2.0], np.float32), np.array([1.0, 2.0000002], np.float32), np.array([1, 2]),
    np.array([1, 3]), np.array([[1.0, 2.0]]), np.array([1.0, np.nan]), np.array([np.inf, 2.0]), np.array([-np.inf, 2.0]),
    np.zeros(0), np.zeros((0, 2)), np.array([True, False]), np.array([1e-9, 0.0]), np.array([0.0, 0.0]),
]  # fmt: skip


@pytest.mark.parametrize("tolerances", [(None, 0.0), (1e-6, 0.0), (1e-6, 1e-8), ({"x": 1e-5}, {"x": 1e-8}), ({}, 0.0)])
def test_it_is_judged_as_the_case_is(tolerances: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", MagicMock())
    rtol, atol = tolerances
    info = BROKEN["broken.right"]._replace(rtol=rtol, atol=atol)
    text = script(OnePoint(info, {"n": 1}))
    agrees = right_of(text)[1]["agrees"]
    call = next(line for line in text.splitlines() if "fine = agrees(" in line)
    given = _given(call)
    for observed in VALUES:
        for expected in VALUES:
            judged = compare({"x": observed}, {"x": expected}, rtol, atol)[0]
            assert bool(agrees(observed, expected, *given)) == judged, (observed, expected)


def _given(call: str) -> list[Any]:
    """The tolerances that a script gives with each call."""
    arguments = ast.parse(call.strip()).body[0].value.args[2:]  # type: ignore[attr-defined]
    return [eval(ast.unparse(one), {"name": "x"}) for one in arguments]


def test_a_script_is_written_once_and_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reproduce, "FOLDER", tmp_path / "reproduce")
    for _ in range(2):
        reproduce.reproduce(["losses.two_tapes[mode=eager]"])
    (path,) = (tmp_path / "reproduce").iterdir()
    assert path.name == "losses.two_tapes-mode=eager.py"
    assert str(path) in capsys.readouterr().out
    path.write_text("print('mine')\n")
    reproduce.reproduce(["losses.two_tapes[mode=eager]"])
    assert path.read_text() == "print('mine')\n"
    assert (tmp_path / "reproduce" / "losses.two_tapes-mode=eager-2.py").exists()
    with pytest.raises(UsageError, match="exists and is another script"):
        reproduce.reproduce(["losses.two_tapes[mode=eager]", "--output", str(path)])
    reproduce.reproduce(["losses.two_tapes[mode=eager]", "--output", str(tmp_path / "own.py")])
    assert (tmp_path / "own.py").exists()


def test_what_names_no_point_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproduce, "FOLDER", tmp_path / "reproduce")
    with pytest.raises(UsageError, match="names 3 points"):
        reproduce.reproduce(["losses.two_tapes"])
    assert list(tmp_path.iterdir()) == []


def test_a_case_that_asks_from_tables_is_refused_with_what_to_do_instead() -> None:
    info = _catalog.catalog()["sweep.math"]
    point = OnePoint(info, next(iter(_catalog.points(info))))
    with pytest.raises(UsageError, match=r"no script of one point .* nox -s matrix -- --cases sweep\.math"):
        reproduce.write(point, ())
