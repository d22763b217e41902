"""The builds that were asked and are in no table: what is kept of each beside its answers, one small file a build."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from packaging.version import Version

from matrix.paths import UsageError
from matrix.store import read_ordinary, write_whole
from releases.table import Release, Table

KNOWN_VERSION = 1
ASKED, NO_IMPORT = "asked", "crashes at import"


@dataclass(frozen=True)
class KnownBuild:
    """One build on one lane."""

    version: str
    lane: str
    distribution: str
    where: str
    uploaded: str
    state: str
    """``asked`` (every question that was put) or ``crashes at import``."""
    asked_at: str
    timed: bool = False
    words: str = ""
    """What it said where it could not be imported."""

    @property
    def nightly(self) -> bool:
        """Whether it is one of a series, of which each is compared with those before it."""
        return self.distribution.startswith("tf-nightly") and not Version(self.version).local


class KnownBuilds:
    """Those of one lane, below one folder."""

    def __init__(self, root: Path, lane: str) -> None:
        self.folder, self.lane = root / "builds" / f"py{lane}", lane
        self.locks = root / "locks" / f"py{lane}"

    def read(self) -> list[KnownBuild]:
        """All, in order of version; a file that cannot be read is a build that nobody has asked.

        Raises :class:`UsageError` for one that a newer tfdrift wrote.
        """
        found = []
        for path in self.folder.glob("*.json"):
            with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
                stored = json.loads(read_ordinary(path))
                written = stored.pop("known_version", 0)
                if written > KNOWN_VERSION:
                    raise UsageError(f"{path} was written by a newer tfdrift (known_version {written}): update tfdrift")
                build = KnownBuild(**stored)
                # What reads it needs a version and a day; without them nobody has kept it.
                Version(build.version), date.fromisoformat(build.uploaded)
                if path.name == f"{build.version}.json":
                    found.append(build)
        return sorted(found, key=lambda build: Version(build.version))

    def get(self, version: str) -> KnownBuild | None:
        """The one of this version."""
        return next((build for build in self.read() if build.version == version), None)

    def keep(self, build: KnownBuild) -> None:
        """Remember a build, in the place of what was known of it."""
        text = json.dumps({"known_version": KNOWN_VERSION, **asdict(build)}, indent=1)
        write_whole(self.folder / f"{build.version}.json", text.encode() + b"\n")

    def release(self, build: KnownBuild, table: Table) -> Release:
        """Its place on the axis of releases."""
        version = Version(build.version)
        return replace(
            table.releases[-1],
            version=build.version,
            minor=f"{version.major}.{version.minor}",
            uploaded=date.fromisoformat(build.uploaded),
            pythons=(self.lane,),
            lanes=(self.lane,),
            distribution=build.distribution,
            elsewhere=None,
            variants=(),
            candidate=True,
            era=False,
            locks=self.locks,
        )


def with_candidates(table: Table, candidates: Sequence[Release]) -> Table:
    """The table with these rows in it as well, each in the place of a row of its version."""
    own = {release.version for release in candidates}
    others = (release for release in table.candidates if release.version not in own)
    return replace(table, candidates=tuple(sorted((*others, *candidates))))
