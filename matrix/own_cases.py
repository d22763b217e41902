"""Cases of one's own: a folder anywhere, named as ``--cases FOLDER/``, under the same rules as ``cases/``.

A store remembers the folders whose cases it has answers to, so that the report, the timing and the merge know them too.
"""

from __future__ import annotations

import contextlib
import fnmatch
import json
from collections.abc import Mapping
from pathlib import Path

from cases import _catalog
from matrix.paths import UsageError
from matrix.store import OWN_CASES, read_folders, write_whole

Cases = Mapping[str, _catalog.CaseInfo]


def split(token: str) -> tuple[Path, str] | None:
    """The folder and the pattern in ``FOLDER/`` or ``FOLDER/PATTERN``; None for a pattern of tfdrift's own cases."""
    if "/" not in token:
        return None
    folder, _, pattern = token.rpartition("/")
    if Path(token).is_dir():
        folder, pattern = token, ""
    return Path(folder or "/").absolute(), pattern or "*"


def read(folder: Path) -> Cases:
    """Every case below a folder, or :class:`UsageError` with all that keeps one from being asked."""
    try:
        there = folder.is_dir()
    except (OSError, ValueError):  # of a name that no file can have
        there = False
    if not there:
        raise UsageError(f"there is no folder {folder}. Cases of your own: --cases FOLDER/ or --cases 'FOLDER/PATTERN'")
    try:
        found = _catalog.catalog(str(folder))
        own = _catalog.catalog()
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{folder}: {error}") from error
    problems = [f"{info.path} {problem}" for info in found.values() for problem in _catalog.problems(info)]
    problems += [
        f"{info.path} has the name of a case of tfdrift, {case}" for case, info in found.items() if case in own
    ]
    if problems:
        raise UsageError("these cases cannot be asked (CONTRIBUTING.md has the rules):\n" + "\n".join(problems))
    return found


def chosen(token: str) -> Cases | None:
    """The cases that ``FOLDER/PATTERN`` names; None where it names no folder."""
    place = split(token)
    if place is None:
        return None
    folder, pattern = place
    cases = read(folder)
    found = {case: cases[case] for case in fnmatch.filter(cases, pattern)}
    if not found:
        known = f"There is: {', '.join(cases)}" if cases else "There is no case below it"
        raise UsageError(f"no case in {folder} matches {pattern!r}. {known}")
    return found


def remember(root: Path, patterns: str | None) -> None:
    """Let the store at ``root`` know the folders in ``patterns``."""
    known = read_folders(root)
    folders = [place[0] for token in (patterns or "").split(",") if (place := split(token.strip()))]
    together = list(dict.fromkeys([*known, *folders]))
    if together != known:
        write_whole(root / OWN_CASES, json.dumps([str(folder) for folder in together], indent=1).encode() + b"\n")


def known(root: Path, patterns: str | None = None) -> dict[Path, Cases]:
    """By folder, the cases that the store at ``root`` remembers and those of ``patterns``; each case once.

    A remembered folder that is gone, or whose cases cannot be asked any more, has none: its answers are left out of a report.
    """
    found: dict[Path, Cases] = {}
    for token in (patterns or "").split(","):
        if place := split(token.strip()):
            found[place[0]] = read(place[0])
    for folder in read_folders(root):
        if folder not in found:
            with contextlib.suppress(UsageError):
                found[folder] = read(folder)
    seen: set[str] = set()
    for folder, cases in found.items():
        found[folder] = {case: info for case, info in cases.items() if case not in seen}
        seen.update(cases)
    return found


def every(root: Path, patterns: str | None = None) -> dict[str, _catalog.CaseInfo]:
    """tfdrift's own cases and all that :func:`known` has."""
    together = dict(_catalog.catalog())
    for cases in known(root, patterns).values():
        together.update(cases)
    return together
