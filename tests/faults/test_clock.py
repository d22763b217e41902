"""A clock that is set back or ahead, between runs or during one, changes no answer, asks nothing twice, keeps nobody waiting."""

from __future__ import annotations

import ast
import contextlib
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from test_sitting import seat, sit

from cases._record import load_unit
from matrix import options, sitting, stacks
from releases import builds, table
from tests.faults import simulated
from tests.faults.tally import many, survived

YEAR = 365.25 * 24 * 3600
FUTURE = 4102444800
"""The first second of 2100."""
CLOCK = Path(__file__).with_name("clock")
READERS = {
    "matrix/candidate.py": "the day on which a build was asked, for people",
    "matrix/run.py": "when a unit was begun, for people; how long it took is by another clock",
    "matrix/sensitivity.py": "a name for the files of one study",
    "matrix/sitting.py": "a name for a restart, which chance makes the only one",
    "matrix/stacks.py": "the day of a lock, which is never before those of the table",
    "matrix/timings.py": "of which other machine the times are shown, where this one has none",
    "releases/builds.py": "the day of a wheel that was built here, never one of the future",
    "releases/locked.py": "the day of a lock, never before that of what is locked",
    "releases/new.py": "the day of a lock, never before that of what is locked",
    "releases/pythons.py": "whether a file changed; what is known of it is forgotten where it seems to be of the future",
}
"""Who may look at the wall clock or at the times of files, and for what: nobody for how long something takes or may take."""
WALL = {
    "time",
    "time_ns",
    "now",
    "utcnow",
    "today",
    "st_mtime",
    "st_mtime_ns",
    "getmtime",
    "localtime",
    "gmtime",
    "ctime",
}


def readers(root: Path) -> set[str]:
    """The files that look at the wall clock."""
    found = set()
    for folder in ("matrix", "reports", "releases", "benchmarks", "cases"):
        for path in (root / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in WALL:
                    found.add(str(path.relative_to(root)))
                assert not (isinstance(node, ast.ImportFrom) and node.module == "time"), path
    return found


def test_nobody_measures_or_waits_by_the_wall_clock() -> None:
    assert readers(simulated.ROOT) == set(READERS)


@contextlib.contextmanager
def changing(clock: Path, luck: random.Random) -> Iterator[None]:
    """Meanwhile somebody sets the clock, twenty times a second."""
    over = threading.Event()

    def change() -> None:
        while not over.wait(0.05):
            clock.write_text(str(luck.choice((-1, 1)) * luck.uniform(0, 30 * YEAR)))

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def start(build: Path, clock: Path, *cases: str) -> Any:
    env = {"PYTHONPATH": f"{simulated.ROOT}:{CLOCK}", "TFDRIFT_CLOCK": str(clock)}
    return simulated.start(build, *cases, **env)


def begun(build: Path) -> set[str]:
    """The years in which the units say that they were begun."""
    return {load_unit(path.read_bytes())[0]["started"][:4] for path in (build / "records").glob("*/*.jsonl")}


def stamps(build: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in (build / "records").glob("*/*.jsonl")}


def test_a_clock_that_was_set_back_between_runs(tmp_path: Path) -> None:
    clock, build = tmp_path / "clock", tmp_path / "build"
    clock.write_text(str(50 * YEAR))
    assert simulated.finish(start(build, clock)) == (0, "")
    year = datetime.now(timezone.utc).year
    assert all(int(text) >= year + 49 for text in begun(build))
    answers = simulated.answers(build)
    for off, seconds in ((0.0, FUTURE), (-50 * YEAR, FUTURE), (-50 * YEAR, 0)):
        clock.write_text(str(off))
        for path in (*build.rglob("*"), build):
            os.utime(path, (seconds, seconds))
        before = stamps(build)
        assert simulated.finish(start(build, clock)) == (0, "")
        assert stamps(build) == before, "it asked again what was stored"
    # One that is missing is asked, alone, and lies in the past of the others.
    gone = next(iter(stamps(build)))
    gone.unlink()
    assert simulated.finish(start(build, clock)) == (0, "")
    assert simulated.answers(build) == answers
    assert len(begun(build)) == 2
    assert simulated.litter(build) == []


def test_a_clock_that_is_set_while_a_run_goes_on(tmp_path: Path) -> None:
    cases = (*simulated.CHOSEN, "broken.children")
    assert simulated.finish(simulated.start(tmp_path / "undisturbed", *cases)) == (0, "")
    expected = simulated.answers(tmp_path / "undisturbed")
    luck = random.Random(0)
    times = many(1, 20)
    for number in range(times):
        build, clock = tmp_path / str(number), tmp_path / f"clock-{number}"
        clock.write_text("0")
        started = time.monotonic()
        with changing(clock, luck):
            assert simulated.finish(start(build, clock, *cases)) == (0, "")
        took = time.monotonic() - started
        assert simulated.answers(build) == expected
        for path in (build / "records").glob("*/*.jsonl"):
            header, records = load_unit(path.read_bytes())
            spent = [header["elapsed_s"], *(record["elapsed_s"] or 0.0 for record in records)]
            assert all(0 <= seconds <= took for seconds in spent)
        assert simulated.left(build) == []
    survived(
        "the clock set ahead and back by years, twenty times a second, during a run",
        times,
        "the answers of an undisturbed run; limits and durations keep to another clock",
    )


def test_runs_with_different_clocks_wait_for_each_other(tmp_path: Path) -> None:
    assert simulated.finish(simulated.start(tmp_path / "alone")) == (0, "")
    clocks = []
    for number, off in enumerate((-50 * YEAR, 0.0, 50 * YEAR)):
        clocks.append(tmp_path / f"clock-{number}")
        clocks[-1].write_text(str(off))
    runs = [start(tmp_path / "together", clock) for clock in clocks]
    assert [simulated.finish(process) for process in runs] == [(0, "")] * 3
    assert simulated.answers(tmp_path / "together") == simulated.answers(tmp_path / "alone")


FIND = "import sys; from pathlib import Path; from releases import pythons; print(pythons.find(Path(sys.argv[1])))"


def test_the_pythons_of_a_machine_are_found_whatever_the_clock_was(tmp_path: Path) -> None:
    clock, said = tmp_path / "clock", []
    env = {**os.environ, "PYTHONPATH": f"{simulated.ROOT}:{CLOCK}", "TFDRIFT_CLOCK": str(clock)}
    for off in (50 * YEAR, 0.0, -50 * YEAR):
        clock.write_text(str(off))
        words = [sys.executable, "-c", FIND, str(tmp_path / "pythons.json")]
        said.append(subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout)
    assert len(set(said)) == 1
    assert "Interpreter(" in said[0]


def stopped(at: datetime) -> type[datetime]:
    """A clock that shows one moment for ever."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return at.astimezone(tz)

    return Stopped


def test_two_restarts_have_two_names_though_the_clock_shows_the_same(
    tmp_path: Path, standin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitting, "datetime", stopped(datetime(2026, 11, 21, tzinfo=timezone.utc)))
    _, timings, _ = sit(tmp_path, [seat("a", standin), seat("b", standin)])
    assert len({line["restart"] for line in timings.lines("timed.loop")}) == 2


@pytest.mark.parametrize(
    ("seconds", "day"),
    [(0.0, lambda _: date(1970, 1, 1)), (FUTURE, lambda now: now), (1e18, lambda now: now), (-1e18, lambda now: now)],
)
def test_a_wheel_is_never_of_the_future(seconds: float, day: Callable[[date], date]) -> None:
    before = datetime.now(timezone.utc).date()
    found = builds._day(seconds)
    assert found in (day(before), day(datetime.now(timezone.utc).date()))


def test_a_stack_is_not_locked_before_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stacks, "STACKS", tmp_path)
    monkeypatch.setattr(stacks, "datetime", stopped(datetime(2019, 1, 1, tzinfo=timezone.utc)))
    known, name = stacks.choose(options.parse(["--with", "keras-hub==0.21"]))
    assert name
    latest = max(row.locked_until for row in table.load().everything)
    assert set(known.variants[name].newer.values()) >= {latest}
