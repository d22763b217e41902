"""The times of other machines, taken beside this one's: a folder for each machine, which never meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
        strange = any(line["case"] != case or not _is_whole(line) for line in reader.lines(case))
    except (UsageError, AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
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


def _is_whole(line: dict[str, Any]) -> bool:
    """Whether a line has what is read of it, of the right types: the report believes lines whose checksum holds."""
    if line["kind"] == "prepared":
        texts, tables = (line["restart"], line["digest"]), (line["legs"], line["settings"], line["machine"])
        legs = [said["points"] for said in line["legs"].values() if isinstance(said["fingerprint"], dict)]
        told = [status for points in legs for status in points.values()]
        return _all(texts, str) and _all(tables, dict) and len(legs) == len(line["legs"]) and all(map(_is_status, told))
    if line["kind"] != "round":
        return False
    calls = [turn["calls_ns"] for turn in line["turns"].values()]
    calls += [turn["floor_ns"] for turn in line["turns"].values() if turn.get("floor_ns")]
    return (
        _all((line["restart"], line["point"]), str)
        and all(_is_time(ns) for each in calls for ns in each)
        and all(calls)
    )


def _is_status(status: dict[str, Any]) -> bool:
    numbers = (status["work"], status["first_ns"], status["peak_memory_bytes"])
    texts = (status["outcome"], *([status["message"]] if status["message"] else []))
    return _all(texts, str) and all(number is None or _is_number(number) for number in numbers)


def _is_time(ns: object) -> bool:
    return _is_number(ns) and 0 < ns < 1e18  # type: ignore[operator]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e18


def _all(values: Iterable[object], kind: type) -> bool:
    return all(isinstance(value, kind) for value in values)
