"""A build that is in no table is asked beside a release, for real: a stand-in for TensorFlow from an index on this machine."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console
from standin_index import LANE, RIGHT, WRONG, StandinIndex, serve, standin, use, wheel

from cases import _catalog
from matrix import candidate as asking
from matrix import environments, locking, pair, run, timing
from releases import builds, locked, table
from reports import candidate_command, candidate_report

CASES = {
    "twice": '''"""Twice a number is twice a number.

Oracle: 2 n.
"""
import tensorflow as tf

PARAMS = {"n": (1, 2, 3)}
TIMED = {"unit": "calls", "points": ({"n": 1},)}


def oracle(n):
    return {"twice": 2.0 * n}


def build(n):
    return lambda: {"twice": tf.twice(n)}
''',
    "refuse": '''"""What cannot be done is refused.

Oracle: none is reached.
"""
import tensorflow as tf

PARAMS = {}


def oracle():
    return {"one": 1.0}


def build():
    return lambda: tf.refuse(1)
''',
}
NOTHING_WORSE = "nothing is worse"


@dataclass
class World:
    """An index, a table of one release, two cases, and a build folder of its own."""

    index: StandinIndex
    build: Path
    shown: str = ""

    def run(self, *words: str) -> tuple[int, dict[str, Any], str]:
        """Exit status, the JSON and the Markdown of a command."""
        out = self.build / "report" / words[0]
        with (self.build / "shown.txt").open("w+", encoding="utf-8") as stream:
            status = candidate_command.main(
                [*words, "--out", str(out), "--ledger", str(self.build / "ledger"), "--no-disk-check"],
                Console(file=stream, width=300),
            )
            stream.seek(0)
            self.shown = stream.read()
        return status, json.loads((out / "candidate.json").read_text()), (out / "candidate.md").read_text()

    def tests(self, command: str) -> dict[str, list[str]]:
        """What the JUnit file says: of every test the tags within."""
        suite = ElementTree.parse(self.build / "report" / command / "junit.xml").getroot()
        return {str(test.get("name")): [child.tag for child in test] for test in suite.iter("testcase")}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    index, build = StandinIndex(tmp_path / "index"), tmp_path / "build"
    wheel(index.folder, "asv-runner", "0.3.2", {"asv_runner.py": ""})
    standin(index.folder, "2.98.0")
    for path, source in CASES.items():
        (tmp_path / "cases" / "tiny").mkdir(parents=True, exist_ok=True)
        (tmp_path / "cases" / "tiny" / f"{path}.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(_catalog, "catalog", functools.partial(_catalog.catalog, str(tmp_path / "cases")))
    for module, name, value in (
        *((module, "RECORDS", build / "records") for module in (run, pair, asking, candidate_report)),
        *((module, "SCRATCH", build / "scratch") for module in (run, timing)),
        *((module, "BUILD", build) for module in (locking, asking)),
        (environments, "VENVS", build / "venvs"),
        (pair, "PYTHONS", build / "pythons.json"),
        (pair, "CANDIDATES", build / "candidates"),
    ):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setenv("TFDRIFT_PYTHONS", sys.executable)
    with serve(index):
        use(index, monkeypatch, tmp_path / "cache")
        made = small_table(build)
        monkeypatch.setattr(candidate_command, "load_table", lambda: made)
        yield World(index, build)


def small_table(build: Path) -> table.Table:
    """The table with 2.98.0 as its only release, on this Python."""
    real = replace(table.load(), lanes=(LANE,), core_lanes=(LANE,), eras=(), candidates=())
    found = builds.find("2.98.0", (LANE,))
    row, _ = locked.release(found, LANE, Path(sys.executable), real, build / "locks")
    return replace(real, releases=(replace(row, candidate=False, keras=3),))


def states(world: World, *words: str) -> tuple[int, str, str]:
    """Exit status, state and what is said besides."""
    status, said, text = world.run("nightly", *words)
    assert said["exit_status"] == status
    if said["state"] != "compared":
        assert NOTHING_WORSE not in text + world.shown
    return status, said["state"], said["said"]


def test_a_change_of_a_nightly_is_reported_once_with_the_first_build_that_has_it(world: World) -> None:
    world.index.nightly("20261001")
    status, said, text = world.run("nightly", "--no-timing")
    assert (status, said["findings"], said["comparison"]["answers_compared"]) == (0, 0, 4)
    assert NOTHING_WORSE in text
    assert world.tests("nightly") == {"tiny.refuse": [], "tiny.twice": [], "timing": ["skipped"]}

    # Nothing new is no verdict.
    assert states(world, "--no-timing")[:2] == (0, "no new build")

    world.index.nightly("20261002", WRONG)
    status, said, text = world.run("nightly", "--no-timing")
    (change,) = said["comparison"]["changes"]
    assert (status, said["findings"], change["kind"], change["section"]) == (1, 1, "finding", "wrong")
    assert (change["case"], change["points"], change["first"]) == ("tiny.twice", ["n=3"], "2.99.0.dev20261002")
    assert "1 finding" in text.splitlines()[0]
    assert change["message"] == "twice: float64 7.0 where float64 6.0 is right"
    assert change["message"] in text
    assert world.tests("nightly")["tiny.twice"] == ["failure"]
    assert (world.build / "report/nightly/index.html").exists()
    status, said, _ = world.run("nightly", "--no-timing")
    assert (status, said["state"], said["findings"]) == (0, "no new build", 1)

    # The next build has it too: said, and no finding any more. The virtualenvs of former builds are gone.
    world.index.nightly("20261003", WRONG)
    status, said, text = world.run("nightly", "--no-timing")
    (change,) = said["comparison"]["changes"]
    assert (status, said["findings"], change["kind"], change["first"]) == (0, 0, "known", "2.99.0.dev20261002")
    assert "Since 2.99.0.dev20261002" in text
    assert world.tests("nightly")["tiny.twice"] == ["system-out"]
    assert sorted(path.name for path in (world.build / "venvs").iterdir()) == [
        f"tf2.98.0-py{LANE}",
        f"tf2.99.0.dev20261003-py{LANE}",
    ]

    # An edit of the case that does not change its meaning does not make former builds mute.
    path = world.build.parent / "cases/tiny/twice.py"
    path.write_text(path.read_text() + "\n# edited\n")
    world.index.nightly("20261004", WRONG)
    status, said, _ = world.run("nightly", "--no-timing")
    assert (status, said["comparison"]["changes"][0]["first"]) == (0, "2.99.0.dev20261002")

    # Mended, and broken again: that is news.
    world.index.nightly("20261005", RIGHT.replace("cannot", "will not"))
    status, said, text = world.run("nightly", "--no-timing")
    (gone,) = said["comparison"]["gone"]
    assert (status, said["comparison"]["changes"], gone["in"]) == (0, [], "2.99.0.dev20261004")
    assert "Gone since the build before" in text
    (message,) = said["comparison"]["messages"]
    assert (message["before"], message["after"]) == ("cannot do this", "will not do this")
    world.index.nightly("20261006", WRONG)
    status, said, _ = world.run("nightly", "--no-timing")
    assert (status, said["comparison"]["changes"][0]["first"]) == (1, "2.99.0.dev20261006")


def test_what_cannot_be_compared_is_said_in_four_ways_and_never_as_if_it_were_well(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.index.nightly("20261001")
    assert states(world, "--no-timing")[:2] == (0, "compared")
    assert states(world, "--no-timing")[:2] == (0, "no new build")

    world.index.nightly("20261002", requires=("no-such-package>=3",))
    status, state, said = states(world, "--no-timing")
    assert (status, state) == (2, "does not install")
    assert "no-such-package" in said
    assert world.tests("nightly") == {"build": ["error"]}
    # The page of the build before must not stand beside that.
    assert not (world.build / "report/nightly/index.html").exists()
    assert states(world, "--no-timing")[:2] == (2, "does not install")

    world.index.nightly("20261003", "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    status, state, said = states(world, "--no-timing")
    assert (status, state) == (1, "crashes at import")
    assert "SIGSEGV" in said
    assert world.tests("nightly") == {"build": ["failure"]}
    status, state, said = states(world, "--no-timing")
    assert (status, state) == (0, "no new build")
    assert "SIGSEGV" in said
    assert world.tests("nightly") == {"build": ["skipped"]}

    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple/")
    status, state, said = states(world, "--no-timing")
    assert (status, state) == (2, "the index is down")
    assert "was not reached" in said


def test_an_answer_that_does_not_repeat_is_no_difference_of_releases(world: World) -> None:
    # Wrong the first time that any process asks, right ever after.
    flag = world.build / "asked"
    body = f"""
import os

def twice(n):
    if n == 3 and not os.path.exists({str(flag)!r}):
        open({str(flag)!r}, "w").close()
        return 7.0
    return 2.0 * n

def refuse(n):
    raise ValueError("cannot do this")
"""
    standin(world.index.folder, "2.99.0rc0", body)
    status, said, text = world.run("candidate", "--no-timing")
    (change,) = said["comparison"]["changes"]
    assert (status, said["findings"], change["kind"]) == (0, 0, "not repeatable")
    assert "Not repeatable" in text


def test_a_candidate_is_found_by_version_file_folder_and_index(world: World, tmp_path: Path) -> None:
    standin(world.index.folder, "2.99.0rc0", WRONG)
    status, said, _ = world.run("candidate", "--no-timing")
    assert (status, said["candidate"]["release"], said["baseline"]["release"]) == (1, "2.99.0rc0", "2.98.0")
    # Asked again, it is a finding again: only nightlies have builds before them.
    assert world.run("candidate", "2.99.0rc0", "--no-timing")[0] == 1

    # A patched build of the release itself.
    path = standin(tmp_path / "own", "2.98.0", WRONG)
    for spec in (str(path), str(path.parent)):
        status, said, _ = world.run("candidate", spec, "--no-timing", "--cases", "tiny.twice")
        assert status == 1
        assert said["candidate"]["release"].startswith("2.98.0+")
        assert said["comparison"]["cases"] == ["tiny.twice"]
    other = StandinIndex(tmp_path / "other")
    standin(other.folder, "2.99.0rc0")
    with serve(other):
        status, said, _ = world.run("candidate", other.url, "--no-timing")
    assert (status, said["findings"]) == (0, 0)


def test_the_two_are_timed_beside_one_another(world: World) -> None:
    standin(world.index.folder, "2.99.0rc0")
    status, said, _ = world.run(
        "candidate", "--cases", "tiny.twice", "--restarts", "1", "--rounds", "1", "--core", "none"
    )
    speed = {(one["case"], one["point"]): one["verdict"] for one in said["comparison"]["speed"]}
    assert set(speed) == {("tiny.twice", "n=1"), ("import.tensorflow", "")}
    assert all(one["ci_high"] is None for one in said["comparison"]["speed"])
    # One round decides nothing, however fast or slow this machine is just now.
    assert set(speed.values()) == {"inconclusive"}
    assert (status, said["comparison"]["not_timed"]) == (0, None)
    assert world.tests("candidate")["tiny.twice[n=1]"] == ["system-out"]


def test_an_index_with_nothing_newer_is_no_error_and_no_verdict(world: World) -> None:
    status, said, text = world.run("candidate", "--no-timing")
    assert (status, said["state"]) == (0, "no new build")
    assert "2.98.0, which is a release of the table" in text
    assert NOTHING_WORSE not in text + world.shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2.97.0rc0",), "2.97.0rc0 is not newer than 2.98.0, the newest release"),
        (("2.98.0",), "is a release of the table, and no candidate"),
        (("2.99.0rc0", "--releases", "2.15"), "--releases says nothing about a candidate"),
        (("2.99.0rc0", "--accept"), "--accept says nothing about a candidate"),
        (("2.99.0rc0", "--lanes", "2.7"), "is none of"),
        (("2.99.0rc0", "--baseline", "1.15"), "--baseline: there is no release"),
        (("2.99.0rc0", "--cases", "tiny.thrice"), "did you mean tiny.twice"),
        (("2.99.0rc9",), "has no tensorflow 2.99.0rc9. There are 2.99.0rc0"),
        (("2.99.0rc0", "2.98.0"), "unrecognized arguments: 2.98.0"),
    ],
)
def test_wrong_usage_is_one_clear_error_and_changes_nothing(
    world: World, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    standin(world.index.folder, "2.99.0rc0")
    standin(world.index.folder, "2.97.0rc0")
    assert candidate_command.main(["candidate", *words, "--out", str(world.build / "out")]) == 2
    shown = capsys.readouterr()
    assert said in shown.err.splitlines()[0]
    assert "Traceback" not in shown.err
    assert not (world.build / "out").exists()
    assert not (world.build / "records").exists()
