"""The two ends of a bisect, the Python that runs both, and the versions between them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from matrix.narrowing import CannotTell
from matrix.paths import BUILD, UsageError
from releases import builds, locked
from releases.builds import BuildError
from releases.index import IndexProblem, listed
from releases.legs import Leg
from releases.locked import DoesNotResolve
from releases.new import NewReleaseError
from releases.pythons import Interpreter
from releases.table import Table

LOCKS = BUILD / "bisect" / "locks"
"""Of versions that are in no table, for one Python each."""


@dataclass(frozen=True)
class End:
    """A version that somebody named, and the Pythons that it has wheels for, the preferred first."""

    version: str
    lanes: tuple[str, ...]

    def __str__(self) -> str:
        return self.version


def end(option: str, text: str, table: Table) -> End:
    """The version that an option names: a minor by the table's row, a version in full by the table or the index."""
    if re.fullmatch(r"\d+\.\d+", text):
        for row in table.releases:
            if row.minor == text:
                return End(row.version, row.lanes)
        known = ", ".join(row.minor for row in table.releases)
        raise UsageError(
            f"{option} {text}: the table has no such minor; it has {known}. Or name a version in full: 2.4.0"
        )
    try:
        version = Version(text)
    except InvalidVersion:
        raise UsageError(
            f"{option} {text!r} is no version. Write a minor (2.4) or a version in full (2.4.0rc1)"
        ) from None
    for row in table.everything:
        if Version(row.version) == version:
            return End(row.version, row.lanes)
    try:
        build = builds.find(str(version), table.lanes)
    except (BuildError, IndexProblem) as error:
        raise UsageError(f"{option} {text}: {error}") from error
    return End(str(build.version), build.lanes)


def lane_of(good: End, bad: End, wanted: str | None, here: Collection[str], table: Table) -> str:
    """The Python on which to bisect: one that runs both ends, the one that was asked for or else the preferred."""
    both = [lane for lane in good.lanes if lane in bad.lanes]
    if not both:
        raise UsageError(
            f"no Python runs both ends: {good} has wheels for Python {_sorted(good)}, {bad} for {_sorted(bad)}. "
            "A bisect keeps to one Python, or it would find Python's changes. " + _parts(good, bad, here, table)
        )
    if wanted is not None and wanted not in both:
        raise UsageError(f"--lane {wanted} cannot hold both ends: {good} and {bad} both have Python {', '.join(both)}")
    able = [lane for lane in ([wanted] if wanted else both) if lane in here]
    if not able:
        need = wanted or both[0]
        raise UsageError(f"this bisect needs Python {need}, which was not found here: uv python install {need}")
    return able[0]


def _sorted(one: End) -> str:
    return ", ".join(sorted(one.lanes, key=Version))


def _parts(good: End, bad: End, here: Collection[str], table: Table) -> str:
    """How to go on where one Python cannot: by a release that shares one with either end, at best one that is here."""
    for lanes in (set(here), set(table.lanes)):
        for row in reversed(table.releases):
            own = lanes & set(row.pythons)
            if _inside(str(good), row.version, str(bad)) and own & set(good.lanes) and own & set(bad.lanes):
                return f"Bisect in two parts, of which one finds it: --good {good} --bad {row}, and --good {row} --bad {bad}"
    return "Choose ends that lie nearer to each other"


def rows_between(good: str, bad: str, lane: str, table: Table) -> list[str]:
    """The table's releases between two versions that have the lane, neither end included."""
    return [row.version for row in table.releases if _inside(good, row.version, bad) and lane in row.pythons]


def listed_between(good: str, bad: str, lane: str, distributions: Sequence[str]) -> list[str]:
    """The same of what the index has, without what was yanked."""
    return [
        str(one.version)
        for one in listed(distributions)
        if _inside(good, str(one.version), bad) and lane in one.pythons and not one.yanked
    ]


def _inside(low: str, version: str, high: str) -> bool:
    return Version(low) < Version(version) < Version(high)


def leg(version: str, lane: str, python: Interpreter, table: Table) -> Leg:
    """The leg of a version, whose lock is made on the spot where the table has none; or :class:`CannotTell`."""
    for row in table.everything:
        if row.version == version and lane in row.pythons:
            return Leg(row, lane)
    try:
        build = builds.find(version, (lane,))
        release, _ = locked.release(build, lane, python.path, table, LOCKS / f"py{lane}")
    except (BuildError, IndexProblem, DoesNotResolve, NewReleaseError) as error:
        raise CannotTell(str(error)) from error
    return Leg(release, lane)
