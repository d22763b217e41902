"""A build that is in no table, asked and timed beside a release on the same Python: what ``nox -s candidate`` runs."""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone

from cases import _catalog
from matrix import environments, own_cases, timing
from matrix.known_builds import NO_IMPORT, KnownBuild
from matrix.locking import leg_lock
from matrix.pair import CannotUse, IndexFails, Pair
from matrix.paths import BUILD, RECORDS, UsageError
from matrix.run import pending, run_leg
from matrix.store import Store
from releases import builds

UNUSED = {
    **{name: f"--{name}" for name in ("releases", "variants", "accept")},
    **{"download_python": "--download-python", "with_": "--with", "locked_until": "--locked-until"},
}
"""Options of the matrix that say nothing about a candidate."""
SPARE_MB = 500


def parser(prog: str, spec: str | None = "SPEC") -> argparse.ArgumentParser:
    """The options of the timing, as far as they say something about a candidate."""
    made = timing.parser(
        prog, baseline="compare with this release; by default the newest on the same Python", budget="10m"
    )
    if spec:
        made.add_argument(
            "spec", nargs="?", metavar=spec, help=f"{builds.WHAT}; without one the index's newest version"
        )
    made.add_argument("--no-timing", action="store_true", help="compare the answers only")
    return made


def check_options(options: argparse.Namespace) -> None:
    """Refuse what would be ignored."""
    for name, option in UNUSED.items():
        if getattr(options, name):
            raise UsageError(
                f"{option} says nothing about a candidate. It is one build beside one release, on one "
                "Python: --baseline RELEASE and --lanes 3.12 choose those"
            )


def is_done(pair: Pair, cases: Mapping[str, _catalog.CaseInfo], options: argparse.Namespace) -> KnownBuild | None:
    """What is known of the candidate, if all that is asked now was asked, and said, before."""
    known = pair.known.get(pair.candidate.release.version)
    if known is None or options.fresh:
        return None
    if known.state == NO_IMPORT:
        return known
    if pending(pair.candidate, pair.interpreter, cases, pair.store, options):
        return None
    return known if known.timed or why_not_timed(cases, options) else None


def ask(pair: Pair, cases: Mapping[str, _catalog.CaseInfo], options: argparse.Namespace) -> None:
    """Put every question to the baseline and to the candidate; what is stored already is not asked again.

    Raises :class:`CannotUse` where the candidate does not install and :class:`matrix.run.CannotImport` where an import fails.
    """
    _check_disk(pair, options)
    for root in (RECORDS, pair.store.root):
        own_cases.remember(root, options.cases)
    run_leg(pair.baseline, pair.interpreter, cases, options)
    try:
        run_leg(pair.candidate, pair.interpreter, cases, options, pair.store)
    except environments.CannotFetch as error:
        raise IndexFails(str(error)) from error
    except environments.CannotInstall as error:
        raise CannotUse(str(error)) from error


def ask_again(pair: Pair, cases: Mapping[str, _catalog.CaseInfo], options: argparse.Namespace) -> Store:
    """Put the same questions to both once more, into a store apart: what changes by itself is no difference of releases."""
    store = Store(pair.root / "again")
    own_cases.remember(store.root, options.cases)
    again = argparse.Namespace(**{**vars(options), "fresh": False})
    for leg in (pair.baseline, pair.candidate):
        run_leg(leg, pair.interpreter, cases, again, store)
    return store


def remember(pair: Pair, state: str, *, timed: bool = False, words: str = "") -> None:
    """Keep what was said of the candidate, once it is said; a row of the table is known without that."""
    if pair.in_table:
        return
    before = pair.known.get(pair.candidate.release.version)
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    pair.known.keep(
        KnownBuild(
            version=pair.candidate.release.version,
            lane=pair.candidate.lane,
            distribution=pair.distribution,
            where=pair.where,
            uploaded=pair.uploaded,
            state=state,
            asked_at=before.asked_at if before and before.state == state else now,
            timed=timed or bool(before and before.timed),
            words=words,
        )
    )


def why_not_timed(cases: Mapping[str, _catalog.CaseInfo], options: argparse.Namespace) -> str:
    """Why these cases cannot or shall not be timed here; nothing where they can."""
    if options.no_timing:
        return "it was not asked for (--no-timing)"
    if not any(info.timed for info in cases.values()):
        return "none of these cases is timed"
    if not hasattr(os, "mkfifo") or not hasattr(os, "fork"):
        return "timing needs a system with fork and named pipes, such as Linux"
    return ""


def measure(
    pair: Pair, cases: Mapping[str, _catalog.CaseInfo], options: argparse.Namespace, say: Callable[[str], None]
) -> str:
    """Time the two in turn; gives back why there are no times, or nothing."""
    if why := why_not_timed(cases, options):
        return why
    legs = [pair.baseline, pair.candidate]
    try:
        with leg_lock("timing"):
            say(f"timing {pair.candidate.id} beside {pair.baseline.id} for {options.budget / 60:.0f} min at most")
            deadline = time.monotonic() + options.budget
            timed = timing.timed_cases(options.cases)
            found = {pair.candidate.lane: pair.interpreter}
            timing.sit(legs, found, timed, pair.baseline, [pair.baseline.id], pair.timings, deadline, options)
    except UsageError as error:
        # The answers are there: what could not be timed must not hide them.
        return str(error)
    return ""


def tidy(pair: Pair) -> list[str]:
    """Remove the virtualenvs of the nightlies before this one, whose answers are kept; says which."""
    removed = []
    for leg in pair.earlier:
        if environments.folder(leg).exists():
            with leg_lock(leg.id):
                shutil.rmtree(environments.folder(leg), ignore_errors=True)
            removed.append(leg.id)
    return removed


def _check_disk(pair: Pair, options: argparse.Namespace) -> None:
    absent = [leg for leg in (pair.baseline, pair.candidate) if not environments.is_made(leg, pair.interpreter)]
    needed = sum(leg.release.installed_mb for leg in absent)
    BUILD.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(BUILD).free / 1e6
    if absent and needed + SPARE_MB > free and not options.no_disk_check:
        raise UsageError(
            f"the disk cannot hold {' and '.join(leg.id for leg in absent)}: {needed / 1e3:.1f} GB needed, "
            f"{free / 1e3:.1f} GB free in {BUILD}. Free some space, or choose another folder: TFDRIFT_BUILD=/path"
        )
