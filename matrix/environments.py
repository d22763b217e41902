"""The legs' virtualenvs: ``build/venvs/<leg>``, made by uv from the leg's lock with hashes required."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matrix import virtualenv
from matrix.paths import VENVS, UsageError
from matrix.store import write_whole
from releases.legs import Leg
from releases.pythons import Interpreter
from releases.table import LOCKS
from releases.uv import unreachable

MARKER = "tfdrift.json"
"""Written last: a virtualenv without it is unfinished and is made anew."""


class CannotInstall(UsageError):
    """uv cannot install what a lock names."""


class CannotFetch(CannotInstall):
    """uv does not reach an index, or a file there."""


def folder(leg: Leg) -> Path:
    """Where the leg's virtualenv lies."""
    return VENVS / leg.id


def python(leg: Leg) -> Path:
    """The leg's interpreter."""
    return virtualenv.python_of(folder(leg))


def lock_digest(leg: Leg) -> str:
    """What the leg's lock says, in short."""
    try:
        return hashlib.sha256(leg.lock.read_bytes()).hexdigest()[:16]
    except FileNotFoundError as error:
        raise UsageError(f"{leg.lock} is missing. Make it: {_lock_again(leg)}") from error


def is_made(leg: Leg, interpreter: Interpreter) -> bool:
    """Whether the virtualenv was finished from this lock by this Python; says nothing of what happened to it since."""
    return _origin(leg, interpreter).items() <= _mark(leg).items()


def _origin(leg: Leg, interpreter: Interpreter) -> dict[str, str]:
    return {"lock": lock_digest(leg), "python": interpreter.version}


def _mark(leg: Leg) -> dict[str, Any]:
    """What was written when the virtualenv was finished."""
    try:
        mark = json.loads((folder(leg) / MARKER).read_bytes())
    except (OSError, ValueError):
        return {}
    return mark if isinstance(mark, dict) else {}


def _lists(leg: Leg) -> list[Path]:
    """The lists in which the installed packages record their files, one each."""
    return sorted(folder(leg).glob("[Ll]ib/**/site-packages/*.dist-info/RECORD"))


def missing_files(leg: Leg) -> list[str]:
    """Files that the installed packages recorded and that are not there (any more)."""
    missing = []
    lists = _lists(leg)
    gone = _mark(leg).get("packages", 0) - len(lists)
    if gone > 0:
        missing.append(f"what {gone} of its packages recorded")
    for path in lists:
        with path.open(newline="", encoding="utf-8") as stream:
            names = [row[0] for row in csv.reader(stream) if row]
        site = path.parent.parent
        missing += [name for name in names if not name.endswith(".pyc") and not (site / name).exists()]
    if not python(leg).exists():
        missing.append(str(python(leg)))
    return missing


def ensure(leg: Leg, interpreter: Interpreter, say: Callable[[str], None]) -> Path:
    """The interpreter of the leg's whole virtualenv, which is made or mended first if need be."""
    if is_made(leg, interpreter):
        missing = missing_files(leg)
        if not missing:
            return python(leg)
        say(f"{leg.id}: {len(missing)} files are gone from its virtualenv ({missing[0]}): making it anew")
    return make(leg, interpreter, say)


def make(leg: Leg, interpreter: Interpreter, say: Callable[[str], None]) -> Path:
    """Make the leg's virtualenv from nothing."""
    target = folder(leg)
    say(f"{leg.id}: installing {leg.release.distribution} {leg.release.version} on Python {interpreter.version}")
    shutil.rmtree(target, ignore_errors=True)
    if target.exists():
        raise UsageError(f"{target} cannot be removed. Remove it by hand, then run the same command again")
    try:
        # The lock names every package; what the packages themselves ask for is not asked again.
        virtualenv.fill(target, str(interpreter.path), leg.lock, "--no-deps")
    except virtualenv.UvFailed as error:
        words = " ".join(line.strip() for line in str(error).splitlines() if line.strip())
        raise CannotInstall(
            f"{leg.id}: its virtualenv cannot be made. {words[-1500:]} {_remedy(words, leg)}"
        ) from error
    mark = {**_origin(leg, interpreter), "packages": len(_lists(leg))}
    write_whole(target / MARKER, json.dumps(mark).encode())
    return python(leg)


def _is_of_table(leg: Leg) -> bool:
    return leg.release.locks == LOCKS and not (leg.variant and leg.variant.locks)


def _lock_again(leg: Leg) -> str:
    if _is_of_table(leg):
        return f"nox -s lock -- {leg.release.version}"
    return f"delete {leg.lock}, then run the same nox command again"


def _remedy(words: str, leg: Leg) -> str:
    lower = words.lower()
    again = f'nox -s "matrix({leg.id})"' if leg.release.locks == LOCKS else "the same nox command again"
    if "hash" in lower:
        return f"The index and {leg.lock} disagree; if that is meant: {_lock_again(leg)}"
    if "space" in lower or "quota" in lower:
        return f"Free some space, then: {again}"
    if unreachable(words):
        return f"The package index cannot be reached; once it can: {again}"
    return f"Next: {again}"
