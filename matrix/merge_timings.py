"""The times of other machines, taken beside this one's: a folder for each machine, which never meet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matrix.foreign import LARGEST_BYTES, shown
from matrix.paths import UsageError
from matrix.store import write_whole
from matrix.timings import Timings

_MACHINE = re.compile(r"[A-Za-z0-9][\w.-]{0,200}")
_FILE = re.compile(r"[a-z][\w.]{0,200}\.jsonl")


@dataclass
class TimingsPlan:
    """What would be written where, and what is wrong."""

    files: dict[Path, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    root: Path = Path()

    def write(self) -> None:
        """Put the files in place; a link among this machine's own folders leads nothing elsewhere."""
        for path in self.files:
            for part in (self.root, path.parent, path):
                if part.is_symlink():
                    raise UsageError(f"{part} is a link, and nothing is written through it. Put a folder in its place")
        for path, data in self.files.items():
            write_whole(path, data)

    @property
    def lines(self) -> list[str]:
        """What was taken, for people."""
        return [f"times of {len({path.parent for path in self.files})} machines taken"] if self.files else []


def plan(folders: Sequence[Path], root: Path) -> TimingsPlan:
    """The times below ``folders`` that this store lacks. A longer file that goes on from this machine's replaces it."""
    made = TimingsPlan(root=root)
    for folder in folders:
        timings = folder / "timings"
        if not timings.is_dir() and not timings.is_symlink():
            continue
        for path in (timings, *sorted(timings.glob("*")), *sorted(timings.glob("*/*"))):
            if path.is_symlink():
                made.problems.append(f"{shown(path)}: a link; a store of another machine has none")
            elif path.name.endswith(".jsonl") and not path.name.startswith("."):
                _take(path, made)
    return made


def _take(path: Path, made: TimingsPlan) -> None:
    if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
        made.problems.append(f"{shown(path)}: no ordinary file of up to {LARGEST_BYTES // 1_000_000} MB")
        return
    if not _MACHINE.fullmatch(path.parent.name) or not _FILE.fullmatch(path.name):
        made.problems.append(f"{shown(path)}: not named as a machine's times of a case")
        return
    data = path.read_bytes()
    reader, case = Timings(path.parent), path.name[: -len(".jsonl")]
    try:
        strange = any(line.get("case") != case for line in reader.lines(case))
    except (UsageError, AttributeError, KeyError, TypeError, RecursionError) as error:
        made.problems.append(f"{shown(path)}: {error}")
        return
    if reader.damaged or strange:
        made.problems.append(f"{shown(path)}: truncated or altered, or of another case")
        return
    target = made.root / path.parent.name / path.name
    there = made.files.get(target) or (target.read_bytes() if target.is_file() else b"")
    if data.startswith(there):
        if data != there:
            made.files[target] = data
    elif not there.startswith(data):
        made.problems.append(f"{shown(path)}: not the same times as {target}, which is of a machine of the same name")
