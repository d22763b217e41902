"""A build that was found becomes a release: locked for one Python of this machine, in a folder of the caller's."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

from releases import lock
from releases.builds import Build
from releases.index import Found, IndexDown
from releases.legs import lock_path
from releases.new import release_of
from releases.table import Release, Table
from releases.uv import unreachable

_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class DoesNotResolve(RuntimeError):
    """What the build requires cannot be had together: uv's own words."""


def release(
    build: Build, lane: str, python: Path, table: Table, folder: Path, today: date | None = None
) -> tuple[Release, bool]:
    """The build's release, and whether its lock was made just now; a lock that is there is kept.

    Raises :class:`DoesNotResolve`, or :class:`IndexDown` where uv reached no index.
    """
    today = today or datetime.now(timezone.utc).date()
    newest = table.releases[-1]
    megabytes = round(build.size_bytes / 1e6) if build.size_bytes else newest.download_mb
    found = Found(build.distribution, build.uploaded or today, (lane,), megabytes)
    row = release_of(build.version, found, table, today)
    row = replace(row, candidate=True, elsewhere=None, era=False, variants=(), locks=folder)
    # As the index stood some weeks after the upload, like the table's own locks; now, where nobody knows of one.
    until = row.locked_until if build.uploaded and not build.index and not build.is_file else None
    text = None
    if build.is_file and build.digest is None:
        # What lies at an address is known once it is fetched, and may be another wheel tomorrow.
        text = _resolve(build, python, until, table)
        build = replace(build, digest=_digest(text, build))
    row = replace(row, version=build.label)
    path = lock_path(row, None, folder)
    if path.exists():
        return row, False
    lock.write(path, text or _resolve(build, python, until, table))
    return row, True


def _resolve(build: Build, python: Path, until: date | None, table: Table) -> str:
    try:
        return lock.text_here(f"TensorFlow {build.label}", build.requirement, python, until, build.index, table)
    except lock.LockError as error:
        if unreachable(error.reason):
            raise IndexDown(
                f"the package index was not reached while {build.where} was resolved. {error.reason}"
            ) from error
        raise DoesNotResolve(error.reason) from error


def _digest(text: str, build: Build) -> str:
    """The hash that uv found for the wheel itself."""
    found = _HASH.search(text, text.index(f"{build.distribution} @ "))
    assert found is not None
    return found[1]
