"""``nox -s bisect``: the first release in which an answer or a time changed: ``python -m matrix bisect``."""

from __future__ import annotations

import argparse
import re
import subprocess
import time
from collections.abc import Callable, Sequence

from packaging.version import Version

from matrix import ends, environments, one_point, options, reproduce, timing
from matrix.judges import ByAnswer, ByTime
from matrix.narrowing import CannotTell, narrow
from matrix.paths import PYTHONS, UsageError
from matrix.processes import leg_environment
from matrix.seats import Settings
from releases import pythons
from releases.index import NIGHTLIES, RELEASES, IndexProblem
from releases.legs import Leg
from releases.pythons import Interpreter
from releases.table import Table, TableError, load

STAGES = ("minors", "patches", "nightlies")
MISSES = {"minors": 5, "patches": 5, "nightlies": 3}
"""Of each stage: after so many versions in a row that cannot be asked, the others are not tried."""
COMPARE = "https://github.com/tensorflow/tensorflow/compare"
REVISION_LIMIT_S = 120.0
BESIDE = ("keras", "keras-nightly", "numpy", "protobuf")
"""Packages installed with TensorFlow that an answer may depend on, or that may be why a release does not work."""


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = options.Parser(prog="nox -s bisect --", allow_abbrev=False, description=__doc__)
    made.add_argument("point", help="CASE[POINT], such as 'tape.stop_recording[mode=eager]'")
    made.add_argument(
        "--good", required=True, metavar="RELEASE", help="an older release, before the change: 2.3 or 2.3.1"
    )
    made.add_argument("--bad", required=True, metavar="RELEASE", help="a newer release, after it")
    made.add_argument("--lane", metavar="PYTHON", help="the Python to ask on; by default one that runs both ends")
    made.add_argument(
        "--down-to",
        choices=STAGES,
        default=STAGES[-1],
        help="how finely to search; by default to nightlies, if there are any",
    )
    made.add_argument("--timing", action="store_true", help="find where the time changed, not the answer")
    made.add_argument("--budget", type=timing.seconds, default=3600.0, help="of --timing: time to spend; by default 1h")
    made.add_argument(
        "--rounds", type=timing.count, default=Settings.rounds, help="of --timing: rounds of each restart"
    )
    made.add_argument(
        "--restarts",
        type=timing.count,
        default=Settings.most_restarts,
        help="of --timing: restarts after which to give up",
    )
    timing.add_core(made)
    return made


def bisect(arguments: Sequence[str]) -> None:
    """The command: find the pair of versions and say it, or raise :class:`UsageError`."""
    begun, chosen = time.monotonic(), parser().parse_args(list(arguments))
    point = one_point.parse(chosen.point)
    try:
        table = load()
    except TableError as error:
        raise UsageError(str(error)) from error
    good, bad = ends.end("--good", chosen.good, table), ends.end("--bad", chosen.bad, table)
    if Version(str(good)) >= Version(str(bad)):
        raise UsageError(
            f"--good {good} is not older than --bad {bad}. A bisect goes forward in time: --good is what came before the "
            "change, also where the change was for the better"
        )
    found = pythons.find(PYTHONS)
    lane = ends.lane_of(good, bad, chosen.lane, found, table)
    judge = ByTime(point, found, chosen) if chosen.timing else ByAnswer(point, found)
    print(f"{point}, {'time' if chosen.timing else 'answer'}, on Python {lane}: {good} to {bad}", flush=True)
    search = _Search(judge, table, found[lane])
    first, last = search.ends(str(good), str(bad))
    print(f"{good}: {judge.said(first)}\n{bad}: {judge.said(last)}", flush=True)
    pair = search.run((str(good), str(bad)), STAGES[: STAGES.index(chosen.down_to) + 1])
    legs = [search.legs[version] for version in pair]
    print("\n".join(["", *_conclusion(point, judge, legs, search.skipped)]))
    print(f"asked {2 + len(search.asked)} versions in {time.monotonic() - begun:.0f} s")
    _reproduce(point, judge, legs)


class _Search:
    """Goes through the stages, each between the pair that the one before it left."""

    def __init__(self, judge: ByAnswer | ByTime, table: Table, python: Interpreter) -> None:
        self.judge, self.table, self.python = judge, table, python
        self.skipped: dict[str, str] = {}
        self.legs: dict[str, Leg] = {}
        self.asked: list[str] = []

    def ends(self, good: str, bad: str) -> tuple[Leg, Leg]:
        """The legs of both ends, which differ."""
        for version in (good, bad):
            try:
                self._leg(version)
            except CannotTell as error:
                raise UsageError(f"{version} cannot be an end: {error}") from error
        self.judge.begin(self.legs[good], self.legs[bad])
        return self.legs[good], self.legs[bad]

    def _leg(self, version: str) -> Leg:
        self.legs[version] = ends.leg(version, self.python.lane, self.python, self.table)
        return self.legs[version]

    def run(self, pair: tuple[str, str], stages: Sequence[str]) -> tuple[str, str]:
        between: dict[str, Callable[[], list[str]]] = {
            "minors": lambda: ends.rows_between(*pair, self.python.lane, self.table),
            "patches": lambda: ends.listed_between(*pair, self.python.lane, RELEASES),
            "nightlies": lambda: ends.listed_between(*pair, self.python.lane, NIGHTLIES),
        }
        for stage in stages:
            try:
                versions = [version for version in between[stage]() if version not in self.skipped]
            except IndexProblem as error:
                print(f"{stage}: {error}", flush=True)
                self.skipped[f"the {stage} between"] = "the index did not list them"
                continue
            if versions:
                print(f"{stage} between {pair[0]} and {pair[1]}: {_some(versions)}", flush=True)
                pair = narrow(pair[0], versions, pair[1], self.changed, self.skipped, misses=MISSES[stage])
        return pair

    def changed(self, version: str) -> bool:
        """Whether a version is no longer as the good end, said aloud."""
        try:
            leg = self._leg(version)
            changed = self.judge.changed(leg)
        except CannotTell as error:
            print(f"{version}: left out: {error}", flush=True)
            raise
        self.asked.append(version)
        print(f"{version}: {self.judge.said(leg)}", flush=True)
        return changed


def _conclusion(
    point: one_point.OnePoint, judge: ByAnswer | ByTime, legs: Sequence[Leg], skipped: dict[str, str]
) -> list[str]:
    last, first = (str(leg.release) for leg in legs)
    lines = [f"{point} changed in TensorFlow {first} (Python {legs[1].lane})"]
    lines += [f"  {leg.release}: {judge.said(leg)}" for leg in legs]
    open_ = [
        version for version in skipped if not version[0].isdigit() or Version(last) < Version(version) < Version(first)
    ]
    if open_:
        lines.append(f"or before it, in one that could not be asked after {last}:")
        lines += [f"  {version}: {' '.join(skipped[version].split())[:300]}" for version in open_]
    before, after = map(installed_packages, legs)
    others = [
        f"{name} {before.get(name, 'absent')} to {after.get(name, 'absent')}"
        for name in BESIDE
        if before.get(name) != after.get(name)
    ]
    if others:
        lines.append(f"changed beside it: {', '.join(others)}")
    tags = [revision(leg) for leg in legs]
    lines.append(
        f"compare: {COMPARE}/{tags[0]}...{tags[1]}"
        if all(tags)
        else "a nightly does not say which commit it is: no link"
    )
    return lines


def _reproduce(point: one_point.OnePoint, judge: ByAnswer | ByTime, legs: Sequence[Leg]) -> None:
    notes = [f"TensorFlow {leg.release}: {judge.said(leg)}" for leg in legs]
    if not reproduce.scriptable(point.info):
        return
    path = reproduce.write(point, notes)
    print(reproduce.said(path))
    print("\n".join(f"  {environments.python(leg)} {path}" for leg in legs))


def installed_packages(leg: Leg) -> dict[str, str]:
    """``{name: version}`` of what the leg's virtualenv holds."""
    names = [path.stem for path in environments.folder(leg).glob("[Ll]ib/**/site-packages/*.dist-info")]
    return {name.lower().replace("_", "-"): version for name, _, version in (name.partition("-") for name in names)}


def revision(leg: Leg) -> str | None:
    """What tensorflow/tensorflow calls a version: a release's tag, or the commit that a nightly says it was built from."""
    version = Version(leg.release.version)
    if not version.is_devrelease:
        candidate = "".join(map(str, version.pre)) if version.pre else ""
        return f"v{version.base_version}" + (f"-{candidate}" if candidate else "")
    program = "import tensorflow as tf; print(tf.version.GIT_VERSION)"
    try:
        done = subprocess.run(
            [environments.python(leg), "-c", program],
            env=leg_environment(leg.env),
            capture_output=True,
            text=True,
            timeout=REVISION_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"-g([0-9a-f]{7,40})\b", done.stdout)
    return match[1] if match else None


def _some(versions: Sequence[str]) -> str:
    if len(versions) <= 12:
        return ", ".join(versions)
    return f"{versions[0]}, {versions[1]}, … {versions[-1]} ({len(versions)})"
