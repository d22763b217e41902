"""Small changes of the code that gives verdicts, one at a time: the tests have to notice each. ``nox -s mutation``

``python -m tests.faults.mutation [MODULE...]``. cosmic-ray makes the changes, in a copy below ``build/``: the working copy is
only read. What no test can notice is in ``equivalent_mutants.txt``, with the reason; the status is 1 where more survives.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import tomli_w

from matrix import driver, ending
from matrix.parents import end_with_parent
from matrix.paths import BUILD, ROOT, UsageError

COPY = BUILD / "mutants"
REVIEWED = Path(__file__).with_name("equivalent_mutants.txt")
TESTS = {
    "cases/_compare.py": ("test_compare",),
    "matrix/ratios.py": ("test_ratios_by_hand",),
    "reports/axis.py": ("test_verdicts", "test_ledger"),
    "reports/ledger.py": ("test_ledger", "test_verdicts", "test_accept"),
    "reports/points.py": ("test_verdicts", "test_ledger"),
}
"""The modules, each with as few tests as notice its changes."""
OPERATORS = (
    *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "Mod_FloorDiv", "Pow_Mul", "BitOr_BitAnd", "BitAnd_BitOr"),
    *("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "Lt_Gt", "LtE_Lt", "LtE_GtE", "Gt_GtE", "Gt_Lt", "GtE_Gt", "GtE_LtE"),
    *("Is_IsNot", "IsNot_Is", "Delete_USub", "Delete_Not", "Delete_Invert"),
)
"""For each operator what tells most in its place; all of the 200 replacements would mostly be the same again."""
OTHERS = rf"core/Replace\w+Operator_(?!({'|'.join(OPERATORS)})$)"


class Mutant(NamedTuple):
    """One change, by what it changes and not by a line's number, which the next edit moves."""

    module: str
    function: str
    change: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"{self.module} {self.function}".strip(), *self.change])


def reviewed(text: str) -> dict[Mutant, str]:
    """The mutants of ``equivalent_mutants.txt``, with the reason why no test can notice each."""
    found = {}
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if lines:
            module, _, function = lines[0].partition(" ")
            change = [line for line in lines[1:] if line.startswith(("- ", "+ "))]
            found[Mutant(module, function, tuple(change))] = " ".join(lines[1 + len(change) :])
    return found


def copy_here() -> None:
    """Of the working copy as it is, edited or not, where a change that is left behind by a kill does no harm."""
    away = shutil.ignore_patterns("build", ".git", ".venv", ".nox", "__pycache__", ".*_cache", ".hypothesis")
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(ROOT, COPY, ignore=away)


def outcomes(module: str, tools: Path) -> list[tuple[str, str, str]]:
    """``(function, diff, outcome)`` of every mutant of a module, asked of its tests; ``tools`` is where cosmic-ray lies."""
    tests = [f"tests/{name}.py" for name in TESTS[module]]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    # CI: what hypothesis draws is the same every time.
    env = {**os.environ, "PYTHONPATH": str(COPY), "TFDRIFT_BUILD": str(COPY / "build"), "CI": "true"}
    began = time.monotonic()
    if subprocess.run(command, cwd=COPY, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
        raise UsageError(f"{module}: its tests fail without any change. Look why: nox -s tests -- {' '.join(tests)}")
    settings = {
        "module-path": module,
        # Of an endless loop; a mutant that is only slow shall not seem to be noticed.
        "timeout": 10 + 3 * (time.monotonic() - began),
        "excluded-modules": [],
        "test-command": shlex.join(command),
        "distributor": {"name": "local"},
        "filters": {"operators-filter": {"exclude-operators": [OTHERS]}},
    }
    config, session = COPY / "mutation.toml", COPY / f"{module.replace('/', '.')}.sqlite"
    config.write_text(tomli_w.dumps({"cosmic-ray": settings}), encoding="utf-8")
    own = end_with_parent if os.name == "posix" else None
    for tool, *words in (
        ("cosmic-ray", "init", config, session),
        ("cr-filter-operators", session, config),
        ("cosmic-ray", "exec", config, session),
    ):
        subprocess.run([tools / str(tool), *words], cwd=COPY, env=env, check=True, preexec_fn=own)
    asked = "SELECT definition_name, diff, test_outcome FROM mutation_specs JOIN work_results USING (job_id)"
    with contextlib.closing(sqlite3.connect(session)) as database:
        done = database.execute(f"{asked} WHERE worker_outcome != 'SKIPPED'").fetchall()
    return [(function or "", diff or "", outcome) for function, diff, outcome in done]


def mutant_of(module: str, function: str, diff: str) -> Mutant:
    """What a diff of cosmic-ray changes."""
    lines = [line for line in diff.splitlines() if line.startswith(("-", "+")) and not line.startswith(("---", "+++"))]
    return Mutant(module, function, tuple(f"{line[0]} {line[1:].strip()}" for line in lines))


def judge(module: str, tools: Path, known: set[Mutant]) -> bool:
    """Whether what survives in a module is what was reviewed; says the figures, and what differs."""
    print(f"{module}: changed bit by bit and asked of {', '.join(TESTS[module])}", flush=True)
    began = time.monotonic()
    done = outcomes(module, tools)
    survived = [(mutant_of(module, function, diff), diff) for function, diff, outcome in done if outcome != "KILLED"]
    unnoticed = [(mutant, diff) for mutant, diff in survived if mutant not in known]
    print(
        f"{module}: {len(done)} mutants, {len(done) - len(survived)} killed, {len(survived)} survived, of which "
        f"{len(survived) - len(unnoticed)} cannot be noticed; {time.monotonic() - began:.0f} s",
        flush=True,
    )
    for mutant, diff in unnoticed:
        print(f"\n{module} {mutant.function}: survived. Write the test that notices it:\n{diff}", flush=True)
    gone = sorted(known - {mutant for mutant, _ in survived})
    for mutant in gone:
        print(f"\nno longer survives. Delete it from {REVIEWED.name}:\n{mutant}", flush=True)
    return not unnoticed and not gone


def work(modules: list[str]) -> int:
    """Status 1: a module has survivors that nobody reviewed, or reviewed ones that are no longer any."""
    if unknown := [module for module in modules if module not in TESTS]:
        raise UsageError(f"{unknown[0]} is not among the modules. Choose from {', '.join(TESTS)}.")
    tools = driver.ensure("mutation").parent
    known = reviewed(REVIEWED.read_text(encoding="utf-8"))
    copy_here()
    as_reviewed = [
        judge(module, tools, {mutant for mutant in known if mutant.module == module}) for module in modules or TESTS
    ]
    return 0 if all(as_reviewed) else 1


if __name__ == "__main__":
    sys.exit(ending.status_of(lambda: work(sys.argv[1:]), kept="the next run starts anew"))
