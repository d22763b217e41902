"""The files in which asv keeps results: made friendly to git, checked, and taken from another machine."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from pathlib import Path
from typing import Any

from matrix.paths import BUILD, UsageError
from matrix.store import read_ordinary, write_whole

RESULTS = BUILD / "asv" / "results"
BENCHMARKS, MACHINE = "benchmarks.json", "machine.json"
FORMAT = 2
"""asv's version of a file of results."""
LARGEST_BYTES = 32_000_000
_FILE = re.compile(r"([0-9a-f]{8})-[\w.+-]{1,130}\.json")
_MACHINE = re.compile(r"[\w][\w.+ -]{0,100}")
_KEYS = {"commit_hash": str, "env_name": str, "date": int, "params": dict, "python": str, "result_columns": list}

Result = dict[str, Any]


def files(folder: Path) -> list[Path]:
    """Every file of results below ``folder``, of all machines."""
    return sorted(path for path in folder.glob("*/*.json") if path.name != MACHINE)


def commits(folder: Path) -> set[str]:
    """The commits of which there are results."""
    return {read(path)["commit_hash"] for path in files(folder)}


def read(path: Path) -> Result:
    """One file of results, checked as far as tfdrift and asv depend on it."""
    try:
        data = _read(path)
        if not isinstance(data, dict):
            raise ValueError("not an object")
        if data.get("version") != FORMAT:
            raise ValueError(f"format {data.get('version')!r}, where asv 0.6 writes {FORMAT}")
        for key, kind in _KEYS.items():
            if type(data.get(key)) is not kind:
                raise ValueError(f'"{key}" is missing or no {kind.__name__}')
        rows = data.get("results")
        if not isinstance(rows, dict) or not all(isinstance(row, list) for row in rows.values()):
            raise ValueError('"results" is no table')
        if "result" not in data["result_columns"] or any(len(r) > len(data["result_columns"]) for r in rows.values()):
            raise ValueError('"results" has other columns than "result_columns" names')
        if not all(isinstance(_field(data, name, "started_at"), int | float | None) for name in rows):
            raise ValueError('"started_at" is no number')
        if path.name != f"{data['commit_hash'][:8]}-{data['env_name']}.json":
            raise ValueError("its name is not that of its commit and environment")
        if data["params"].get("machine") != path.parent.name:
            raise ValueError(f"it is of the machine {data['params'].get('machine')!r}")
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            f"{path} is no file of results that can be used: {error}. Delete it or take it out of the folder, then run "
            "the same command again"
        ) from error
    return data


def _read(path: Path) -> Any:
    """What a file says; a pipe would be waited on for ever, and a file without end would fill the memory."""
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"larger than {LARGEST_BYTES // 1_000_000} MB")
    return json.loads(read_ordinary(path))


def dump(data: Result) -> bytes:
    """The same file for asv, sorted, with a line for each benchmark: what git can show and merge."""
    lines = []
    for key, value in sorted(data.items()):
        if key == "results":
            rows = [f"  {json.dumps(name)}: {json.dumps(value[name])}" for name in sorted(value)]
            lines.append(' "results": {\n' + ",\n".join(rows) + "\n }")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value, sort_keys=True)}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def tidy(folder: Path) -> None:
    """Write every file as :func:`dump` has it; what is so already is left alone."""
    for path in files(folder):
        data = read(path)
        if path.read_bytes() != dump(data):
            write_whole(path, dump(data))


def outdated(folder: Path) -> dict[str, set[str]]:
    """``{benchmark: versions}`` of results that are not of the benchmark's version today: asv leaves them out silently."""
    today = {name: benchmark.get("version") for name, benchmark in benchmarks(folder).items()}
    found: dict[str, set[str]] = {}
    for path in files(folder):
        data = read(path)
        for name in data["results"]:
            version = _field(data, name, "version")
            if name in today and version not in (None, today[name]):
                found.setdefault(name, set()).add(str(version))
    return found


def benchmarks(folder: Path) -> dict[str, dict[str, Any]]:
    """What asv discovered: `benchmarks.json`, by name."""
    try:
        return {name: value for name, value in _read(folder / BENCHMARKS).items() if isinstance(value, dict)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{folder / BENCHMARKS} cannot be read: {error}. Delete it; the next nox -s history writes it again"
        ) from error


def merge(source: Path, target: Path, known: Container[str]) -> int:
    """Take another machine's results; returns how many were new. All is checked before anything is written.

    Of a result that both have, the later one stays.
    """
    machines = sorted(path.parent for path in source.glob(f"*/{MACHINE}"))
    if not machines:
        raise UsageError(
            f"{source} has no results of asv: no folder of a machine with {MACHINE} in it. Name the folder that holds "
            "them, such as the other machine's build/asv/results: nox -s history -- --import DIR"
        )
    writes: dict[Path, bytes] = {}
    new = 0
    for machine in machines:
        writes[target / machine.name / MACHINE] = _machine(machine, target)
        for path in files(source):
            if path.parent != machine:
                continue
            if path.is_symlink() or not path.is_file() or not _FILE.fullmatch(path.name):
                raise UsageError(f"{path} is no file of results by its name or kind. Take it out of the folder")
            theirs = read(path)
            if theirs["commit_hash"] not in known:
                raise UsageError(
                    f"{path}: commit {theirs['commit_hash'][:8]} is in no timeline here: the release is not in this "
                    "releases/releases.toml. Add it (nox -s new_release -- VERSION) or take the file out of the folder"
                )
            place = target / machine.name / path.name
            merged, taken = _merged(read(place) if place.exists() else None, theirs, path)
            new += taken
            writes[place] = dump(merged)
    if (source / BENCHMARKS).is_symlink():
        raise UsageError(
            f"{source / BENCHMARKS} is a link; results of another machine have none. Take it out of the folder"
        )
    if not (target / BENCHMARKS).exists() and benchmarks(source):
        writes[target / BENCHMARKS] = (source / BENCHMARKS).read_bytes()
    for place, content in writes.items():
        write_whole(place, content)
    return new


def _machine(folder: Path, target: Path) -> bytes:
    """What a machine says of itself, if it is not another one than that which has its name here."""
    path = folder / MACHINE
    try:
        if folder.is_symlink() or path.is_symlink() or not _MACHINE.fullmatch(folder.name):
            raise ValueError("its folder is a link or has no machine's name")
        theirs = _read(path)
        if not isinstance(theirs, dict) or theirs.get("machine") != folder.name:
            raise ValueError("it names another machine than its folder")
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} cannot be used: {error}. Take that folder out of {folder.parent}") from error
    here = target / folder.name / MACHINE
    if not here.exists():
        return json.dumps(theirs, indent=1, sort_keys=True).encode() + b"\n"
    ours = json.loads(here.read_bytes())
    for key in ("arch", "cpu", "num_cpu"):
        if ours.get(key) != theirs.get(key):
            raise UsageError(
                f'two machines are called "{folder.name}": {key} is {ours.get(key)!r} here and {theirs.get(key)!r} in '
                f"{path}. Give one another name (asv machine --machine NAME), and its folder and results too"
            )
    return here.read_bytes()


def _merged(ours: Result | None, theirs: Result, path: Path) -> tuple[Result, int]:
    if ours is None:
        return theirs, len(theirs["results"])
    if ours["result_columns"] != theirs["result_columns"]:
        raise UsageError(f"{path} was written by another version of asv: its columns differ from those here")
    rows = dict(ours["results"])
    for name, row in theirs["results"].items():
        if name not in rows or (_field(theirs, name, "started_at") or 0) > (_field(ours, name, "started_at") or 0):
            rows[name] = row
    taken = sum(rows[name] is not ours["results"].get(name) for name in rows)
    return {**ours, "results": rows}, taken


def measured(data: Result, name: str) -> dict[str, Any]:
    """What is stored of one benchmark, by column; asv leaves out columns at the end that have nothing."""
    return dict(zip(data["result_columns"], data["results"][name], strict=False))


def _field(data: Result, name: str, column: str) -> Any:
    return measured(data, name).get(column)
