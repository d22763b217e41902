"""Which build, which release beside it, on which Python: what ``nox -s candidate`` is about, before anything is asked."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from matrix.known_builds import ASKED, KnownBuild, KnownBuilds, with_candidates
from matrix.paths import BUILD, PYTHONS, RECORDS, UsageError
from matrix.store import Store
from matrix.timings import Timings
from releases import builds, locked, pythons
from releases.builds import Build
from releases.index import IndexDown
from releases.legs import Leg
from releases.pythons import Interpreter
from releases.select import SelectionError, select
from releases.table import Release, Table

CANDIDATES = BUILD / "candidates"


class NothingNew(Exception):
    """There is no build that was not asked already: says which is the newest. No error, and no verdict either."""


class IndexFails(UsageError):
    """The index was not reached: nothing is known of any build."""


class CannotUse(UsageError):
    """The build is there and cannot be installed."""


@dataclass(frozen=True)
class Pair:
    """A candidate and the release that it is compared with, on one Python."""

    candidate: Leg
    baseline: Leg
    interpreter: Interpreter
    table: Table
    """With the candidate, and with the nightlies before it where it is one."""
    distribution: str
    where: str
    uploaded: str
    known: KnownBuilds
    root: Path
    earlier: tuple[Leg, ...] = ()
    """The nightlies before it that were asked on this Python, oldest first."""
    remarks: tuple[str, ...] = ()
    in_table: bool = False

    @property
    def store(self) -> Store:
        """Where the candidate's answers are."""
        return Store(RECORDS) if self.in_table else Store(self.root / "records")

    @property
    def timings(self) -> Timings:
        """Where its times, and its baseline's in the same rounds, are."""
        return Timings.here(self.root / "timings")


def choose(spec: str | None, options: argparse.Namespace, table: Table, root: Path = CANDIDATES) -> Pair:
    """Find the build, lock it, and choose its baseline."""
    found = pythons.find(PYTHONS)
    lanes = _lanes(options.lanes, table, found)
    own = _in_table(spec, table, lanes)
    if own is None:
        try:
            build = builds.find(spec, lanes)
        except builds.BuildError as error:
            raise UsageError(str(error)) from error
        except IndexDown as error:
            raise IndexFails(str(error)) from error
        if spec is None and (newest := _row(str(build.version), table)) is not None:
            if not newest.candidate:
                passed = f" ({build.remarks[0]})" if build.remarks else ""
                raise NothingNew(
                    f"the newest version on the index for Python {', '.join(lanes)} is {newest.version}, which is a "
                    f"release of the table{passed}"
                )
            own = newest
    if own is not None:
        return _of_table(own, lanes, found, options.baseline, table, root)
    apart = build.is_file or build.index is not None
    lane, baseline = _baseline(build.version, apart, build.lanes, options.baseline, table)
    return _locked(build, Leg(baseline, lane), found[lane], table, root)


def _of_table(
    own: Release,
    lanes: Sequence[str],
    found: Mapping[str, Interpreter],
    baseline: str | None,
    table: Table,
    root: Path,
) -> Pair:
    """A candidate of the table, whose lock is under version control, and whose answers are among those of the matrix."""
    lane, release = _baseline(
        Version(own.version), False, [one for one in lanes if one in own.pythons], baseline, table
    )
    return Pair(
        candidate=Leg(own, lane),
        baseline=Leg(release, lane),
        interpreter=found[lane],
        table=table,
        distribution=own.distribution,
        where=f"{own.distribution}=={own.version}",
        uploaded=str(own.uploaded),
        known=KnownBuilds(root, lane),
        root=root,
        remarks=(f"a candidate of the table, with its lock {Leg(own, lane).lock}",),
        in_table=True,
    )


def _locked(build: Build, baseline: Leg, interpreter: Interpreter, table: Table, root: Path) -> Pair:
    lane = baseline.lane
    known = KnownBuilds(root, lane)
    try:
        row, made = locked.release(build, lane, interpreter.path, table, known.locks)
    except IndexDown as error:
        raise IndexFails(str(error)) from error
    except locked.DoesNotResolve as error:
        raise CannotUse(f"{build.where} on Python {lane}: {error}") from error
    nightly = KnownBuild(row.version, lane, build.distribution, build.where, str(row.uploaded), ASKED, "").nightly
    earlier = [
        known.release(one, table)
        for one in known.read()
        if nightly and one.nightly and one.state == ASKED and Version(one.version) < build.version
    ]
    lock = f"locked in {Leg(row, lane).lock}" if made else f"with the lock made before, {Leg(row, lane).lock}"
    return Pair(
        candidate=Leg(row, lane),
        baseline=baseline,
        interpreter=interpreter,
        table=with_candidates(table, [*earlier, row]),
        distribution=build.distribution,
        where=build.where,
        uploaded=str(row.uploaded),
        known=known,
        root=root,
        earlier=tuple(Leg(one, lane) for one in earlier),
        remarks=(*build.remarks, lock),
    )


def _lanes(asked: str | None, table: Table, found: Mapping[str, Interpreter]) -> list[str]:
    if asked is None:
        return [lane for lane in table.lanes if lane in found]
    lane = asked.strip().removeprefix("py")
    if lane not in table.lanes:
        raise UsageError(f"a candidate is asked on one Python, and {asked!r} is none of {', '.join(table.lanes)}")
    if lane not in found:
        raise UsageError(f"Python {lane} was not found here: uv python install {lane}")
    return [lane]


def _row(version: str, table: Table) -> Release | None:
    return next((row for row in table.everything if row.version == version), None)


def _in_table(spec: str | None, table: Table, lanes: Sequence[str]) -> Release | None:
    """The table's own row of a candidate."""
    row = _row(spec.rpartition("==")[2], table) if spec else None
    if row is None:
        return None
    if not row.candidate:
        newest = table.releases[-1].version
        raise UsageError(
            f"{row.version} is a release of the table, and no candidate. What changes between releases: "
            f"nox -s upgrade -- {row.version} {newest}"
        )
    if not set(lanes) & set(row.pythons):
        raise UsageError(f"{row.version} runs on Python {', '.join(row.pythons)}, of which none is here: --lanes")
    return row


def _baseline(
    version: Version, apart: bool, lanes: Sequence[str], asked: str | None, table: Table
) -> tuple[str, Release]:
    """The first of the lanes that a baseline has too, and the newest release there, or the one that was asked for.

    A build that stands ``apart`` may have its baseline's version: it is another build all the same.
    """
    allowed = list(table.releases)
    if asked:
        try:
            allowed = list(select(asked, table))
        except SelectionError as error:
            raise UsageError(f"--baseline: {error}") from error
        if len(allowed) != 1:
            raise UsageError(
                f"--baseline {asked} names {len(allowed)} releases; name one, such as {allowed[-1].version}"
            )
    for lane in lanes:
        own = [release for release in allowed if lane in release.pythons]
        if not own:
            continue
        newest = Version(own[-1].version)
        if version < newest or (version == newest and not apart):
            older = [one.minor for one in table.releases if lane in one.pythons and Version(one.version) < version]
            raise UsageError(
                f"{version} is not newer than {newest}, {'its baseline' if asked else 'the newest release'} on Python "
                f"{lane}: what changed would be told backwards."
                + (f" Compare it with an older one: --baseline {older[-1]}" if older else "")
            )
        return lane, own[-1]
    raise UsageError(
        f"{version} can run on Python {', '.join(lanes) or 'none that is here'}, and "
        f"{f'the baseline {asked}' if asked else 'no release of the table'} cannot. Choose another --baseline or --lanes"
    )
