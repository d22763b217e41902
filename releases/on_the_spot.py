"""Releases that are in no table: found on the index and locked on the spot, in a folder of the caller's."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

from packaging.version import Version

from releases import lock
from releases.index import RELEASES, IndexProblem, lookup
from releases.legs import lock_path
from releases.new import NewReleaseError, release_of
from releases.table import Release, Table


class OnTheSpotError(RuntimeError):
    """The version cannot be had, or not locked: says why."""


def release(
    version: str, table: Table, folder: Path, distributions: Sequence[str] = RELEASES, today: date | None = None
) -> Release:
    """The table's own release of this version, or one whose lock lies in ``folder``, where it is made if need be."""
    for known in table.everything:
        if Version(known.version) == Version(version):
            return known
    try:
        found = lookup(version, distributions)
        row = release_of(Version(version), found, table, today or datetime.now(timezone.utc).date())
        # Its wheel for Windows asks for packages that were sometimes never uploaded; elsewhere nobody needs it.
        row = replace(row, locks=folder, without=() if sys.platform == "win32" else ("tensorflow-intel",))
        if not lock_path(row, None, folder).exists():
            lock.make(row, table, None, folder)
    except (IndexProblem, NewReleaseError) as error:
        raise OnTheSpotError(str(error)) from error
    except lock.LockError as error:
        raise OnTheSpotError(error.reason) from error
    return row
