"""Every case keeps the protocol, and what the suite reads of it without TensorFlow is what it declares."""

from __future__ import annotations

import ast
import difflib
import re
import sys
from pathlib import Path

import pytest

from cases import _catalog

CATALOG = _catalog.catalog()


@pytest.mark.parametrize("case", CATALOG)
def test_a_case_keeps_the_protocol(case: str) -> None:
    assert _catalog.problems(CATALOG[case]) == []


@pytest.mark.parametrize("case", CATALOG)
def test_a_case_imports_tensorflow_and_numpy_only(case: str) -> None:
    allowed = {"tensorflow", "numpy", "cases"} | set(sys.stdlib_module_names) - {"graphlib", "tomllib", "zoneinfo"}
    tree = ast.parse(Path(CATALOG[case].path).read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported <= allowed


@pytest.mark.parametrize("case", CATALOG)
def test_no_constant_is_a_misspelt_one(case: str) -> None:
    tree = ast.parse(Path(CATALOG[case].path).read_text(encoding="utf-8"))
    names = {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
             if isinstance(target, ast.Name) and target.id.isupper()}  # fmt: skip
    for name in names - set(_catalog.CONSTANTS):
        assert not difflib.get_close_matches(name, _catalog.CONSTANTS, 1, 0.85), f"{name}: is that meant?"


@pytest.mark.parametrize("case", CATALOG)
def test_no_case_asks_for_the_version(case: str) -> None:
    """Differences between releases live in ``cases/_compat.py``."""
    tree = ast.parse(Path(CATALOG[case].path).read_text(encoding="utf-8"))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not attributes & {"__version__", "version_info"}


@pytest.mark.parametrize("path", sorted(Path(_catalog.ROOT).rglob("*.py")), ids=lambda path: path.stem)
def test_cases_are_python_3_7(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))


def write(folder: Path, text: str) -> Path:
    path = folder / "case.py"
    path.write_text(text)
    return path


GOOD = '"""A claim.\n\nOracle: 1.\n"""\nPARAMS = {"n": (1, 2)}\ndef oracle(n): ...\ndef build(n): ...\n'


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("A claim.\n\nOracle: 1.\n", ""), "has no docstring"),
        (("Oracle", "Because"), "derives no oracle"),
        (("def oracle(n)", "def orakel(n)"), "has no function oracle"),
        (("def build(n)", "def build(m)"), r"build\(m\) does not take the parameters of PARAMS: n"),
        (("(1, 2)", "(1, 1)"), "not a tuple of different values"),
        (("(1, 2)", '("a b", 2)'), "has a value with a blank"),
        (("PARAMS =", 'ISOLATE = "thread"\nPARAMS ='), "ISOLATE is 'thread'"),
        (("def oracle", 'EXCLUDE = ({"n": 1}, {"n": 2})\ndef oracle'), "EXCLUDE takes them all"),
        (("def oracle", 'TIMED = {"unit": "miles"}\ndef oracle'), "TIMED is not a dictionary of 'unit'"),
        (("def oracle", 'TIMED = {"unit": "rows", "points": ({"n": 7},)}\ndef oracle'), "is timed at no point"),
    ],
)
def test_a_broken_case_is_named(tmp_path: Path, change: tuple[str, str], problem: str) -> None:
    assert _catalog.problems(_catalog.read_case(str(write(tmp_path, GOOD)), str(tmp_path))) == []
    info = _catalog.read_case(str(write(tmp_path, GOOD.replace(*change))), str(tmp_path))
    assert re.search(problem, "; ".join(_catalog.problems(info)))


def test_a_constant_that_is_no_literal_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(_catalog.CaseError, match=r"case\.py, line 5: PARAMS is not a literal"):
        _catalog.read_case(str(write(tmp_path, GOOD.replace("(1, 2)", "tuple(range(2))"))), str(tmp_path))


def test_points_are_the_product_without_what_is_excluded(tmp_path: Path) -> None:
    text = GOOD.replace('{"n": (1, 2)}', '{"n": (1, 2), "m": ("a", "b")}\nEXCLUDE = ({"n": 2, "m": "a"},)')
    info = _catalog.read_case(str(write(tmp_path, text)), str(tmp_path))
    assert list(_catalog.points(info)) == [{"n": 1, "m": "a"}, {"n": 1, "m": "b"}, {"n": 2, "m": "b"}]


def test_a_tuple_excludes_any_of_its_values(tmp_path: Path) -> None:
    text = GOOD.replace('{"n": (1, 2)}', '{"n": (1, 2, 3), "m": ("a", "b")}\nEXCLUDE = ({"n": (2, 3), "m": "a"},)')
    info = _catalog.read_case(str(write(tmp_path, text)), str(tmp_path))
    assert [tuple(params.values()) for params in _catalog.points(info)] == [(1, "a"), (1, "b"), (2, "b"), (3, "b")]


def test_timed_points_are_those_that_it_names_or_all(tmp_path: Path) -> None:
    def timed(text: str) -> list[int]:
        info = _catalog.read_case(
            str(write(tmp_path, GOOD.replace("def oracle", f"{text}\ndef oracle"))), str(tmp_path)
        )
        return [params["n"] for params in _catalog.timed_points(info)]

    assert timed("") == []
    assert timed('TIMED = {"unit": "rows"}') == [1, 2]
    assert timed('TIMED = {"unit": "rows", "points": ({"n": 2},)}') == [2]


def test_shared_code_is_part_of_a_cases_sources(tmp_path: Path) -> None:
    family = tmp_path / "family"
    family.mkdir()
    (tmp_path / "_compat.py").write_text("1")
    (family / "_shared.py").write_text("1")
    (family / "case.py").write_text(GOOD)
    (family / "other.py").write_text(GOOD)

    def sources() -> tuple[str, str]:
        return _catalog.sources(_catalog.catalog(str(tmp_path))["family.case"])

    before = sources()
    (family / "other.py").write_text(GOOD + "# changed\n")
    assert sources() == before
    (family / "_shared.py").write_text("2")
    changed = sources()
    assert (changed[0], changed[1] != before[1]) == (before[0], True)
    (tmp_path / "_compat.py").write_text("2")
    assert sources()[1] != changed[1]
    (family / "case.py").write_text(GOOD + "# changed\n")
    assert sources()[0] != before[0]


def test_shared_code_of_another_family_counts_where_it_is_imported(tmp_path: Path) -> None:
    alone = _catalog.read_case(str(write(tmp_path, GOOD)), str(tmp_path))
    before = _catalog.sources(alone)[1]
    write(tmp_path, GOOD + "from cases.nesting import _hessians\n")
    assert _catalog.sources(alone)[1] != before
