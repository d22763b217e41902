"""The store of timings: ``build/timings/<machine>/<case>.jsonl``, one checked line per round, only ever appended to.

A line is ``<crc32 in hex> <JSON>``. Its ``kind`` is ``prepared`` (what each leg said of each point before it was timed, with
versions, machine, settings and a fingerprint of everything that could change the times) or ``round`` (the single calls of
every leg's turn at one point). Both name their ``restart``: rounds of one restart share their processes. A line that was cut
short or altered is left out and counted; everything else can be recomputed from the lines.
"""

from __future__ import annotations

import json
import os
import platform
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matrix.paths import BUILD, UsageError

TIMINGS = BUILD / "timings"
TIMING_VERSION = 1


def machine_name() -> str:
    """This machine, as a folder's name: timings of two machines never meet but through the floor in NumPy."""
    node = re.sub(r"[^A-Za-z0-9.-]+", "-", platform.node()) or "machine"
    return f"{node}-{platform.machine()}-{os.cpu_count()}cores"


@dataclass
class Timings:
    """The timings of one machine."""

    root: Path
    damaged: int = 0

    @classmethod
    def here(cls, root: Path = TIMINGS) -> Timings:
        """Those of this machine."""
        return cls(root / machine_name())

    @classmethod
    def shown(cls, root: Path = TIMINGS) -> Timings:
        """Those of this machine, or, where it has timed nothing, of the one that was timed or taken in last."""
        own = cls.here(root)
        if own.cases():
            return own
        others = [one for path in sorted(root.glob("*")) if path.is_dir() and (one := cls(path)).cases()]
        return max(others, key=lambda one: max(path.stat().st_mtime for path in one.root.glob("*.jsonl")), default=own)

    def append(self, line: dict[str, Any]) -> None:
        """Add one line and see it on the disk."""
        payload = json.dumps({"timing_version": TIMING_VERSION, **line}, allow_nan=False, separators=(",", ":"))
        data = f"{zlib.crc32(payload.encode()):08x} {payload}\n".encode()
        path = self.root / f"{line['case']}.jsonl"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab+") as stream:
                # After a kill in the middle of a line the next one must not be glued to its rest.
                stream.seek(max(0, stream.tell() - 1))
                torn = stream.read(1) not in (b"", b"\n")
                stream.write(b"\n" + data if torn else data)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise UsageError(
                f"{path} cannot be written: {error.strerror}. What was measured before is kept. Free some space or give "
                "the folder write permission, then run the same command again: it goes on from there"
            ) from error

    def lines(self, case: str) -> Iterator[dict[str, Any]]:
        """Every whole line of a case, in order; the others are counted in ``damaged``."""
        try:
            data = (self.root / f"{case}.jsonl").read_bytes()
        except FileNotFoundError:
            return
        for raw in data.split(b"\n"):
            if not raw:
                continue
            crc, _, payload = raw.partition(b" ")
            try:
                if int(crc, 16) != zlib.crc32(payload):
                    raise ValueError("altered")
                line = json.loads(payload)
            except ValueError:
                self.damaged += 1
                continue
            if line["timing_version"] > TIMING_VERSION:
                raise UsageError(
                    f"{self.root / case}.jsonl was written by a newer tfdrift (timing_version {line['timing_version']}): "
                    "update tfdrift"
                )
            yield line

    def cases(self) -> list[str]:
        """The cases that have any line."""
        return sorted(path.name[: -len(".jsonl")] for path in self.root.glob("*.jsonl"))
