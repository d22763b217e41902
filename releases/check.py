"""Compares the locks with the table: what a run would install has to be what the table says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from releases import lock
from releases.legs import lock_path
from releases.table import LOCKS, Release, Table, Variant

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"^\s+--hash=sha256:[0-9a-f]{64}\b")
Pins = dict[str, set[str]]


def check(table: Table, only: list[str] | None = None, folder: Path = LOCKS) -> list[str]:
    """What is wrong, a line for each problem: where, what, and the command that makes it right; none is well."""
    problems: list[str] = []
    expected = {lock.own_path(name, folder) for name in lock.OWN}
    for name in [] if only else lock.OWN:
        problems += _check_own(name, table, folder)
    for release in table.everything:
        for variant in [None, *(table.variants[name] for name in release.variants)]:
            expected.add(lock_path(release, variant, folder))
            if only is None or release.version in only:
                problems += _check_release(table, release, variant, folder)
    if only is None:
        for path in sorted(set(folder.glob("*.txt")) - expected):
            problems.append(f"{path}: there is no row in {table.path.name} for this lock. Delete it: git rm {path}")
    return problems


def _check_release(table: Table, release: Release, variant: Variant | None, folder: Path) -> list[str]:
    path = lock_path(release, variant, folder)
    remedy = f"Make it again: nox -s lock -- {release.version}"
    problems, pins = _read(path, lock.header(release, variant, table), remedy)
    if pins is None:
        return problems
    wanted = [Requirement(text) for text in lock.requirements(release, variant, table)]
    return problems + _unsatisfied(path, wanted, pins, remedy)


def _check_own(name: str, table: Table, folder: Path, pyproject: Path = lock.ROOT / "pyproject.toml") -> list[str]:
    remedy = f"Make it again: nox -s lock -- {name}"
    path = lock.own_path(name, folder)
    problems, pins = _read(path, lock.own_header(name, table), remedy)
    if pins is None:
        return problems
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    texts = [text for group in lock.OWN[name] for text in project["dependency-groups"][group]]
    if name == lock.DRIVER:
        texts += project["project"]["dependencies"]
    return problems + _unsatisfied(path, [Requirement(text) for text in texts], pins, remedy)


def _read(path: Path, header: str, remedy: str) -> tuple[list[str], Pins | None]:
    """The pinned versions by name (several where they differ by Python), and what is wrong with the file itself."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return [f"{path}: there is no such lock. {remedy}"], None
    problems = []
    for number, (line, right) in enumerate(zip(lines, header.splitlines(), strict=False), 1):
        if line != right:
            problems.append(f'{path}:{number}: says "{line}" where the table gives "{right}". {remedy}')
    pins: Pins = {}
    for number, line in enumerate(lines, 1):
        if "://" in line or line.startswith("-"):
            problems.append(f"{path}:{number}: names an index or a file of one machine. {remedy}")
        if pin := _PIN.match(line):
            pins.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
            if not (number < len(lines) and _HASH.match(lines[number])):
                problems.append(f"{path}:{number}: {pin[0]} has no hash, so it could not be installed. {remedy}")
        elif line and not line.startswith("#") and not _HASH.match(line):
            problems.append(f'{path}:{number}: "{line}" is no pinned package. {remedy}')
    return problems, pins


def _unsatisfied(path: Path, wanted: list[Requirement], pins: Pins, remedy: str) -> list[str]:
    problems = []
    for requirement in wanted:
        versions = pins.get(canonicalize_name(requirement.name))
        if not versions:
            problems.append(f"{path}: does not pin {requirement.name}. {remedy}")
        elif not all(requirement.specifier.contains(Version(one), prereleases=True) for one in versions):
            found = ", ".join(sorted(versions))
            problems.append(f"{path}: pins {requirement.name} {found}, and not {requirement.specifier}. {remedy}")
    return problems
