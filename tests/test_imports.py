"""The arrows of the design: noxfile -> reports -> matrix -> releases, benchmarks -> cases; cases know nobody."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ("cases", "releases", "matrix", "reports", "benchmarks", "noxfile", "tests")
MAY_IMPORT = {
    "cases": {"cases"},
    "benchmarks": {"benchmarks", "cases"},
    "releases": {"releases"},
    "matrix": {"matrix", "releases", "cases"},
    "reports": {"reports", "matrix", "releases", "cases"},
}
OF_CASES = {"_record", "_catalog"}
"""All that the driver may know of cases/: the schema of records, and what can be read without TensorFlow."""
IN_A_RELEASE = {ROOT / "matrix/rivals/workload.py"}
"""What lies with the driver's code and is run by a release's interpreter, as a case is."""


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_arrows_run_one_way(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        ours = {name.split(".")[0] for name in imports(path)} & set(HOUSE)
        assert ours <= MAY_IMPORT[folder], path


@pytest.mark.parametrize("folder", ["matrix", "reports"])
def test_the_driver_knows_only_the_schema_and_the_catalogue_of_cases(folder: str) -> None:
    for path in set((ROOT / folder).rglob("*.py")) - IN_A_RELEASE:
        parts = {name.split(".")[1] for name in imports(path) if name.startswith("cases.")}
        assert parts <= OF_CASES, path


@pytest.mark.parametrize(
    "module", ["cases/_record.py", "cases/_catalog.py", "matrix/supervisor.py", "matrix/processes.py"]
)
def test_these_need_the_standard_library_only(module: str) -> None:
    import sys

    outside = {name.split(".")[0] for name in imports(ROOT / module)} - set(sys.stdlib_module_names)
    assert outside <= {"cases", "matrix"}


def test_the_rules_can_fail(tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text("import matrix.run\nfrom cases import _compat\n")
    assert imports(path) == {"matrix.run", "cases._compat"}
