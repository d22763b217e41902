"""The store of another machine, read with suspicion: nothing in it may name a place, and all of it has to be whole.

Only names that a leg or a case of this checkout has are ever used to make a path, links are refused wherever they point, and a
file counts when its checksum holds, it is what its name says, and it answers this checkout's questions.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cases import _catalog
from cases._record import RecordError, point_text
from matrix import shares
from matrix.paths import UsageError
from matrix.store import ENVIRONMENT, load_whole
from releases.legs import Leg

LARGEST_BYTES = 256_000_000
_NOTE = re.compile(r"share-[\w.-]+\.json")


@dataclass(frozen=True)
class ForeignUnit:
    """One case on one leg, as another machine stored it."""

    path: Path
    leg: str
    case: str
    data: bytes
    answers: Mapping[str, Any]
    """``{point: what has to be the same on every machine}``."""


@dataclass
class ForeignStore:
    """What one folder holds."""

    root: Path
    units: list[ForeignUnit] = field(default_factory=list)
    environments: dict[str, bytes] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def records_of(folder: Path) -> Path | None:
    """The records in a folder that is a whole ``build`` or its ``records``; None where it holds times only."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder. Name those that hold the stores: nox -s merge -- FOLDER...")
    inner = folder / "records"
    if inner.is_symlink():
        raise UsageError(
            f"{inner} is a link; a store of another machine has none. Copy what it points to, if that is meant"
        )
    if inner.is_dir():
        return inner
    return None if (folder / "timings").is_dir() else folder


def read(root: Path, legs: Mapping[str, Leg], cases: Mapping[str, _catalog.CaseInfo]) -> ForeignStore:
    """All of a store; what is wrong with it is in ``problems``, a sentence each."""
    store = ForeignStore(root)
    for entry in _entries(root, store):
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            _read_leg(path, store, legs, cases)
        elif _NOTE.fullmatch(entry.name):
            note = shares.read_note(path) if _is_small_file(entry) else None
            if note is None:
                store.problems.append(f"{shown(path)}: truncated, altered, or written by another tfdrift")
            else:
                store.notes.append(note)
    if not store.units and not store.problems:
        store.problems.append(f"{root}: holds no answers. A store has a folder for each leg, such as tf2.15.1-py3.10")
    return store


def _read_leg(
    folder: Path, store: ForeignStore, legs: Mapping[str, Leg], cases: Mapping[str, _catalog.CaseInfo]
) -> None:
    for entry in _entries(folder, store):
        path = Path(entry.path)
        is_unit = entry.name.endswith(".jsonl")
        if not is_unit and entry.name != ENVIRONMENT:
            continue
        try:
            if not _is_small_file(entry):
                raise RecordError(f"no ordinary file of up to {LARGEST_BYTES // 1_000_000} MB")
            if folder.name not in legs:
                raise RecordError("this checkout's table has no such leg: use the same commit on every machine")
            data = path.read_bytes()
            if is_unit:
                store.units.append(unit(path, data, legs, cases))
            else:
                store.environments[folder.name] = _environment(data, folder.name)
        except (OSError, ValueError, RecursionError) as error:
            store.problems.append(f"{shown(path)}: {error}")
        except (AttributeError, KeyError, TypeError) as error:
            store.problems.append(f"{shown(path)}: no unit that tfdrift wrote ({type(error).__name__}: {error})")


def _is_small_file(entry: os.DirEntry[str]) -> bool:
    """A pipe would be waited on for ever, and a file without end would fill the memory."""
    return entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_size <= LARGEST_BYTES


def shown(path: Path | str) -> str:
    """A path as a terminal may show it: somebody else chose the name."""
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in str(path))


def _entries(folder: Path, store: ForeignStore) -> Iterator[os.DirEntry[str]]:
    """What lies in a folder, in order, without links and without what a killed run left half written."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_symlink():
            store.problems.append(f"{shown(entry.path)}: a link; a store of another machine has none")
        elif not entry.name.startswith("."):
            yield entry


def unit(path: Path, data: bytes, legs: Mapping[str, Leg], cases: Mapping[str, _catalog.CaseInfo]) -> ForeignUnit:
    """A unit that answers this checkout's case on this checkout's leg; raises :class:`RecordError` with what it is not."""
    leg, case = path.parent.name, path.name[: -len(".jsonl")]
    header, records = load_whole(data)
    for record in (header, *records):
        if (record["leg"], record["case"]) != (leg, case):
            raise RecordError(f"is of {record['leg']!r}, {record['case']!r}: it was moved or renamed")
    if case not in cases:
        raise RecordError(
            "there is no such case here: another version of the suite asked it, or it is one of your own (--cases FOLDER/)"
        )
    if reason := shares.stale(header, legs[leg], cases[case]):
        raise RecordError(f"{reason}. Use the same commit on every machine")
    points = {point_text(params) for params in _catalog.points(cases[case])}
    if {record["point"] for record in records} != points or len(records) != len(points):
        raise RecordError("its points are not those of the case")
    track = cases[case].track
    return ForeignUnit(path, leg, case, data, {record["point"]: _answer(record, track) for record in records})


def _answer(record: Mapping[str, Any], track: tuple[str, ...]) -> tuple[Any, ...]:
    """What of a record is the same on every machine: no digits, no words, no times."""
    outcome = record["outcome"]
    observed = {name: record["outputs"][name]["observed"] for name in track if name in record["outputs"]}
    counts = {name: side and side["values"] for name, side in observed.items()}
    return (
        outcome,
        record["explanation"] if outcome == "mismatch" else None,
        record["error_type"] if outcome == "raised" else None,
        counts,
    )


def _environment(data: bytes, leg: str) -> bytes:
    about = json.loads(data)
    if not isinstance(about, dict) or about.get("leg") != leg or not isinstance(about.get("packages"), dict):
        raise RecordError(f"is not the environment of {leg}")
    return data
