"""The list of mutants that no test can notice: each has a reason, and is about a line that is still there."""

from __future__ import annotations

from pathlib import Path

from tests.faults import mutation


def test_every_reviewed_mutant_has_a_reason_and_its_line() -> None:
    found = mutation.reviewed(mutation.REVIEWED.read_text(encoding="utf-8"))
    assert found
    for mutant, reason in found.items():
        assert mutant.module in mutation.TESTS, mutant
        assert reason, mutant
        lines = {line.strip() for line in (mutation.ROOT / mutant.module).read_text(encoding="utf-8").splitlines()}
        assert {line[2:] for line in mutant.change if line.startswith("-")} <= lines, mutant


def test_a_mutant_is_known_by_what_it_changes() -> None:
    diff = "--- mutation diff ---\n--- ax.py\n+++ bx.py\n@@ -3,2 +3,2 @@\n def f():\n-    return 1\n+    return 2\n"
    mutant = mutation.mutant_of("x.py", "f", diff)
    assert mutation.reviewed(f"# A comment\n\n{mutant}\nBecause\nit is so.\n") == {mutant: "Because it is so."}


def test_the_tests_of_each_module_exist() -> None:
    tests = {name for names in mutation.TESTS.values() for name in names}
    assert [name for name in tests if not Path(mutation.ROOT, "tests", f"{name}.py").exists()] == []
