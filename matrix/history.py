"""`nox -s history`: measure the releases with asv, one leg after the other, and publish the page."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cases import _catalog
from matrix import asv_failures, asv_results, environments, timeline
from matrix.ending import status_of
from matrix.locking import leg_lock
from matrix.options import choose_cases, parser
from matrix.paths import BUILD, ROOT, UsageError
from matrix.plan import chosen
from matrix.store import write_whole
from releases import table as tables
from releases.legs import Leg, lanes_of

SETTINGS = ROOT / "asv.conf.json"
ASV = BUILD / "asv"
FAILED = 2
"""asv's status where a benchmark failed: a wrong answer, say, which is not plotted."""


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 published, 2 wrong usage or nothing could run, 130 interrupted."""
    # A shell lets what it puts into the background ignore SIGINT, and asv would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    kept = "the results of every leg that was finished are kept, and the same command goes on"
    return status_of(lambda: _history(_parse(arguments)), kept=kept)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    made = parser("nox -s history --")
    made.add_argument("--quick", action="store_true", help="asv's: a single call each, kept apart from measurements")
    made.add_argument("--import", dest="source", metavar="DIR", help="take another machine's results and publish")
    return made.parse_args(list(arguments))


def _history(options: argparse.Namespace) -> int:
    _check_asv()
    table = tables.load()
    # What was called once only is no measurement: it must not be taken for one, nor keep one from being made.
    place = ASV / "quick" if options.quick and not options.source else ASV
    results = place / "results"
    config = _write_settings(place, results)
    hashes, done = timeline.ensure(table, with_results=asv_results.commits(asv_results.RESULTS))
    print(done, flush=True)
    if options.source:
        source = Path(options.source)
        new = asv_results.merge(source, results, hashes.values())
        print(f"{new} results taken from {source}", flush=True)
    else:
        _run(options, config, results, hashes)
    asv_results.tidy(results)
    _say_outdated(results)
    if not asv_results.benchmarks(results):
        raise UsageError(f"{results} has no results yet, so there is nothing to publish. Next: nox -s history")
    _asv("publish", "--config", str(config))
    page = place / "html" / "index.html"
    print(f"The history: {page}\nTo look at it: {sys.executable} -m http.server --directory {page.parent}", flush=True)
    return 0


def _check_asv() -> None:
    try:
        installed = version("asv")
    except PackageNotFoundError as error:
        raise UsageError("asv is not installed here. Next: nox -s history, which makes what it needs") from error
    from asv.util import UserError

    try:
        from matrix.asv_environment import check_version

        check_version(installed)
    except (UserError, ImportError, AttributeError) as error:
        raise UsageError(
            f"asv {installed} cannot be used: {error}. Next: delete {BUILD / 'driver'}, so that the asv that is locked "
            "is installed again"
        ) from error


def _write_settings(place: Path, results: Path) -> Path:
    """The settings of asv.conf.json with the folders of this run, wherever generated things go."""
    text = re.sub(r"^\s*//.*$", "", SETTINGS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    settings = json.loads(text)
    settings.update(
        repo=str(timeline.TIMELINE),
        benchmark_dir=str(ROOT / "benchmarks"),
        env_dir=str(place / "env"),
        results_dir=str(results),
        html_dir=str(place / "html"),
    )
    if not hasattr(os, "fork"):
        settings["launch_method"] = "spawn"
    path = place / "asv.conf.json"
    write_whole(path, json.dumps(settings, indent=1).encode())
    return path


def _run(options: argparse.Namespace, config: Path, results: Path, hashes: dict[str, str]) -> None:
    """Measure every chosen leg; what asv has already is skipped."""
    cases = {id: info for id, info in choose_cases(options.cases).items() if info.timed or info.track}
    if not cases:
        raise UsageError("none of the chosen cases is timed or tracked (TIMED, TRACK). nox -s cases lists them all")
    if own := [case for case, info in cases.items() if info.root != _catalog.ROOT]:
        raise UsageError(f"the history has tfdrift's own cases only, and not {own[0]}. To time it: nox -s timing")
    plan, found = chosen(options)
    for line in plan.missing_lines():
        print(f"cannot run here: {line}", flush=True)
    legs = [leg for leg in plan.legs if leg.variant is None]
    if plan.legs and not legs:
        raise UsageError("the history has plain legs only. Leave out --variants and --with, or see: nox -s timing")
    if not legs:
        raise UsageError("no leg can run here; the lines above say what each one needs")
    if not (Path.home() / ".asv-machine.json").exists():  # the user's, if there is one, says who this machine is
        _asv("machine", "--yes", "--config", str(config))
    for number, leg in enumerate(legs, 1):
        print(f"--- {leg.id} ({number} of {len(legs)})", flush=True)
        began = time.monotonic()
        with leg_lock(leg.id), tempfile.TemporaryDirectory(prefix="tfdrift-") as folder:
            environments.ensure(leg, found[leg.lane], lambda line: print(line, flush=True))
            reasons = Path(folder) / "failures.jsonl"
            commit = hashes[leg.release.version]
            before = asv_failures.rows(leg, results, commit)
            _asv("run", *_words(leg, options, cases.values()), "--config", str(config), feed=commit, reasons=reasons)
            for line in asv_failures.lines(leg, results, commit, before, reasons):
                print(line, flush=True)
        print(f"--- {leg.id} took {time.monotonic() - began:.0f} s", flush=True)
        asv_results.tidy(results)


def _words(leg: Leg, options: argparse.Namespace, cases: Iterable[_catalog.CaseInfo]) -> list[str]:
    lane = "" if leg.lane == lanes_of(leg.release)[0] else f":{leg.lane}"
    words = ["HASHFILE:-", *(["--environment", f"tfdrift{lane}"] if lane else [])]
    if options.quick:
        words.append("--quick")
    if not options.fresh:
        words.append("--skip-existing")
    for info in cases:
        words += ["--bench", benchmarks_of(info)]
    return words


def benchmarks_of(info: _catalog.CaseInfo) -> str:
    """asv's words for the benchmarks of a case, at its points only: asv has no other way to leave combinations out, and
    would start a process for each to be told that it is none."""
    points = _catalog.points(info) if info.track else _catalog.timed_points(info)
    values = "|".join(re.escape(", ".join(map(repr, point.values()))) for point in points)
    return rf"^{re.escape(info.id)}\.\w+" + (rf"\(({values})\)$" if info.params else "$")


def _say_outdated(results: Path) -> None:
    for name, versions in sorted(asv_results.outdated(results).items()):
        print(
            f"{name}: results of version {', '.join(sorted(versions))} are not shown, the case's VERSION was raised "
            "since. To measure what is missing: nox -s history"
        )


def _asv(command: str, *words: str, feed: str | None = None, reasons: Path | None = None) -> None:
    env = {**os.environ, **({asv_failures.VARIABLE: str(reasons)} if reasons else {})}
    # A session of its own, so that it is interrupted once, by us, and has the time to end its fork server.
    words = (sys.executable, "-m", "asv", command, *words)
    with subprocess.Popen(
        words, cwd=ROOT, env=env, stdin=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            process.communicate(feed)
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
    if process.returncode not in (0, FAILED):
        raise UsageError(f"asv {command} ended with status {process.returncode}; its own words are above")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
