"""The store of records: ``<root>/<leg>/<case>.jsonl``, each file whole or not there at all."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cases import _catalog
from cases._record import RecordError, dump_unit, load_header, load_unit
from matrix.paths import RECORDS, UsageError

ENVIRONMENT = "environment.json"
OWN_CASES = "cases.json"
"""The folders of cases other than ``cases/`` whose answers a store has."""


Load = Callable[[bytes], tuple[dict[str, Any], list[dict[str, Any]]]]


def load_whole(data: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """As :func:`load_unit`, and every output is an object: whoever reads a report's units looks into them by name."""
    header, records = load_unit(data)
    for record in records:
        for name, output in record["outputs"].items():
            if not isinstance(output, dict):
                raise RecordError(f"output {name!r} is no object")
    return header, records


def read_ordinary(path: Path) -> bytes:
    """A file's bytes. A pipe, on which one would wait for ever, raises :class:`OSError`."""
    if not path.is_file():
        path.stat()  # says what is missing, if it is
        raise OSError(errno.EINVAL, "no ordinary file", str(path))
    return path.read_bytes()


_NAME = re.compile(r"(?!\.)[^/\\:\x00-\x1f\x7f\ud800-\udfff]{1,200}")


def _part(name: str) -> str:
    """The name of a leg or a case as a part of a path: no way out of the store, nor a hidden file."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name[:80]!r} cannot be the name of a leg or of a case: it would not be a file of the store. "
            "Rename the case's file"
        )
    return name


@dataclass(frozen=True)
class Unit:
    """One case on one leg, as stored.

    ``problem`` says why the file cannot be read, ``stale`` why its answers are no longer those of this checkout's case.
    """

    path: Path
    leg: str
    case: str
    header: dict[str, Any] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    problem: str | None = None
    stale: str | None = None


class Store:
    """All that legs have answered, below one folder."""

    def __init__(self, root: Path = RECORDS) -> None:
        self.root = root

    def path(self, leg: str, case: str) -> Path:
        """The file of one unit; raises :class:`UsageError` for names that would lead out of the store."""
        return self._folder(leg) / f"{_part(case)}.jsonl"

    def _folder(self, leg: str) -> Path:
        return self.root / _part(leg)

    def write(self, header: dict[str, Any], records: list[dict[str, Any]]) -> None:
        """Put a unit in place, whole: written beside, flushed to the disk, renamed."""
        write_whole(self.path(header["leg"], header["case"]), dump_unit(header, records))

    def header(self, leg: str, case: str) -> dict[str, Any] | None:
        """The header of a unit whose file can be read; None otherwise, which means that it has to be asked again."""
        try:
            return dict(load_header(read_ordinary(self.path(leg, case)))[0])
        except (OSError, ValueError, RecursionError):
            return None

    def write_environment(self, leg: str, about: Mapping[str, Any]) -> None:
        """Keep what answers on a leg: versions, packages, machine, as observed there."""
        text = json.dumps({"leg": leg, **about}, indent=1, sort_keys=True)
        write_whole(self._folder(leg) / ENVIRONMENT, text.encode() + b"\n")

    def environments(self) -> dict[str, dict[str, Any]]:
        """``{leg: what was observed of its environment}``; unreadable files are left out, their units still count."""
        found = {}
        for path in sorted(self.root.glob(f"*/{ENVIRONMENT}")):
            with contextlib.suppress(OSError, ValueError, RecursionError):
                about = json.loads(read_ordinary(path))
                if isinstance(about, dict) and isinstance(about.get("packages", {}), dict):
                    found[path.parent.name] = about
        return found

    def sizes(self) -> dict[str, int]:
        """Bytes of each case's units."""
        found: dict[str, int] = {}
        for path in self.root.glob("*/*.jsonl"):
            with contextlib.suppress(OSError):
                case = path.name[: -len(".jsonl")]
                found[case] = found.get(case, 0) + path.stat().st_size
        return found

    def units(
        self, legs: Collection[str] | None = None, cases: Collection[str] | None = None, load: Load = load_whole
    ) -> Iterator[Unit]:
        """Every unit, or those of some legs or cases, in order of leg and case, those that cannot be read included.

        ``load`` reads a unit's bytes as :func:`load_whole` does.
        """
        catalog = dict(_catalog.catalog())
        for folder in read_folders(self.root):
            with contextlib.suppress(OSError, ValueError):
                catalog = {**_catalog.catalog(str(folder)), **catalog}
        shared = {case: _catalog.sources(info) for case, info in catalog.items()}
        for leg, name, path in sorted((path.parent.name, path.name, path) for path in self.root.glob("*/*.jsonl")):
            case = name[: -len(".jsonl")]
            if (legs is not None and leg not in legs) or (cases is not None and case not in cases):
                continue
            try:
                header, records = load(read_ordinary(path))
                if (header["leg"], header["case"]) != (leg, case):
                    raise RecordError(f"is of {header['leg']}, {header['case']}: it was moved or renamed")
            except (OSError, ValueError, RecursionError, AttributeError, KeyError, TypeError) as error:
                yield Unit(path, leg, case, problem=str(error))
                continue
            stale = None
            if case not in catalog:
                stale = "the case is no longer in cases/"
            elif (header["fingerprint"].get("case"), header["fingerprint"].get("shared")) != shared[case]:
                stale = "the case or its shared code changed since"
            yield Unit(path, leg, case, header, records, stale=stale)


def read_folders(root: Path) -> list[Path]:
    """The folders of cases that the store at ``root`` remembers."""
    try:
        texts = json.loads(read_ordinary(root / OWN_CASES))
    except (OSError, ValueError, RecursionError):
        return []
    return [Path(text) for text in texts if isinstance(text, str)] if isinstance(texts, list) else []


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that at every moment it is the old one, the new one, or not there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            Path(beside).chmod(0o644)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}. Nothing that was stored before is lost. "
            "Free some space or give the folder write permission, then run the same command again"
        ) from error
