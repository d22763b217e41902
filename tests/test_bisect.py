"""`nox -s bisect`: its stages, its end, and what it refuses, in a made-up world of releases; none is installed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from matrix import bisect as command
from matrix import ends, environments, judges, reproduce
from matrix.bisect import bisect, revision
from matrix.evidence import Comparison
from matrix.narrowing import CannotTell
from matrix.one_point import Answer
from matrix.paths import UsageError
from matrix.ratios import Estimate
from releases import pythons
from releases.builds import Build, BuildError
from releases.index import NIGHTLIES, IndexProblem, Listed
from releases.legs import Leg
from releases.table import Release, load

POINT = "losses.decorated_gradient[loss=plain,loop=eager,labels=vector]"
TIMED = "speed.function_call"
RIGHT, WRONG = Answer("match", None, None, ()), Answer("mismatch", "logits shortcut", None, ())
ON_THE_INDEX = ["2.3.0", "2.3.4", "2.4.0rc0", "2.4.0rc1", "2.4.0", "2.4.1", "2.4.4", "2.5.0", "2.5.3"]
NIGHTLY = [f"2.4.0.dev202007{day:02}" for day in range(1, 20)]
Answers = Callable[[str], Answer]


class World:
    """What is on the index, and what each version answers."""

    def __init__(self) -> None:
        self.answers: Answers = lambda version: WRONG if Version(version) >= Version("2.4.0rc1") else RIGHT
        self.listed, self.nightly = list(ON_THE_INDEX), []
        self.broken: set[str] = set()
        self.unlockable: set[str] = set()
        self.down = False
        self.asked: list[str] = []


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    world, table = World(), load()

    def find(version: str, _: Sequence[str]) -> Build:
        if version in world.unlockable or version not in world.listed + world.nightly:
            raise BuildError(f"the package index has no tensorflow {version}")
        return Build("tensorflow-cpu", Version(version), f"tensorflow-cpu=={version}", ("3.7",), date(2020, 12, 1))

    def locked(build: Build, *_: Any) -> tuple[Release, bool]:
        return replace(table.releases[4], version=build.label, locks=tmp_path), True

    def listed(distributions: Sequence[str]) -> list[Listed]:
        if world.down:
            raise IndexProblem("the package index was not reached")
        names = world.nightly if tuple(distributions) == NIGHTLIES else world.listed
        return [Listed(Version(name), distributions[0], ("3.7",), False) for name in names]

    def asked(judge: judges.ByAnswer, leg: Leg) -> bool:
        version = leg.release.version
        world.asked.append(version)
        if version in world.broken:
            raise CannotTell("TensorFlow cannot be imported: no such file")
        judge.answers[leg.id] = world.answers(version)
        return judge.answers[leg.id] != judge.answers[judge.good.id]

    lanes = {lane: pythons.Interpreter(lane, f"{lane}.1", Path("python")) for lane in ("3.7", "3.10")}
    monkeypatch.setattr(pythons, "find", lambda _: lanes)
    monkeypatch.setattr(ends.builds, "find", find)
    monkeypatch.setattr(ends.locked, "release", locked)
    monkeypatch.setattr(ends, "listed", listed)
    monkeypatch.setattr(judges.ByAnswer, "changed", asked)
    monkeypatch.setattr(environments, "VENVS", tmp_path / "venvs")
    monkeypatch.setattr(reproduce, "FOLDER", tmp_path / "reproduce")
    return world


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    bisect([POINT, *arguments])
    return capsys.readouterr().out


def test_it_ends_with_the_pair_both_answers_the_link_and_the_script(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = run(capsys, "--good", "2.0", "--bad", "2.7")
    assert world.asked == ["2.0.4", "2.7.4", "2.4.4", "2.2.3", "2.3.4", "2.4.0rc0", "2.4.0", "2.4.0rc1"]
    end = said[said.index("\n\n") :]
    assert f"{POINT} changed in TensorFlow 2.4.0rc1 (Python 3.7)\n" in end
    assert "  2.4.0rc0: right\n  2.4.0rc1: wrong (logits shortcut)\n" in end
    assert "https://github.com/tensorflow/tensorflow/compare/v2.4.0-rc0...v2.4.0-rc1\n" in end
    assert "asked 8 versions" in end
    (path,) = (tmp_path / "reproduce").iterdir()
    assert str(path) in end
    script = path.read_text(encoding="utf-8")
    compile(script, str(path), "exec")
    assert "# TensorFlow 2.4.0rc1: wrong (logits shortcut)\n" in script


@pytest.mark.usefixtures("world")
def test_what_came_beside_tensorflow_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for version, numpy in (("2.4.0rc0", "1.18.5"), ("2.4.0rc1", "1.19.4")):
        site = tmp_path / "venvs" / f"tf{version}-py3.7" / "lib" / "python3.7" / "site-packages"
        for name in (f"numpy-{numpy}", "protobuf-3.14.0", f"tensorflow_cpu-{version}"):
            (site / f"{name}.dist-info").mkdir(parents=True)
    assert "\nchanged beside it: numpy 1.18.5 to 1.19.4\n" in run(capsys, "--good", "2.3", "--bad", "2.4")


def test_it_stops_where_it_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert "changed in TensorFlow 2.4.4 " in run(capsys, "--good", "2.3", "--bad", "2.5", "--down-to", "minors")
    assert world.asked == ["2.3.4", "2.5.3", "2.4.4"]


def test_nightlies_are_searched_where_there_are_any(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.nightly = list(NIGHTLY)
    world.answers = lambda version: WRONG if Version(version) >= Version("2.4.0.dev20200708") else RIGHT
    monkeypatch.setattr(command, "revision", lambda leg: f"commit-of-{leg.release.version}")
    said = run(capsys, "--good", "2.3", "--bad", "2.4")
    assert "changed in TensorFlow 2.4.0.dev20200708 " in said
    assert "compare/commit-of-2.4.0.dev20200707...commit-of-2.4.0.dev20200708\n" in said


def test_nightlies_that_cannot_be_fetched_end_the_search_soon(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.nightly, world.broken = list(NIGHTLY), set(NIGHTLY)
    world.answers = lambda version: WRONG if Version(version) >= Version("2.4.0.dev20200708") else RIGHT
    said = run(capsys, "--good", "2.3", "--bad", "2.4")
    assert "changed in TensorFlow 2.4.0rc0 " in said
    assert len([version for version in world.asked if "dev" in version]) == 3
    assert "or before it, in one that could not be asked after 2.3.4:\n" in said
    assert said.count("not tried, after 3 in a row could not be asked") == len(NIGHTLY) - 3


def test_what_cannot_be_asked_is_left_out_and_named(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.broken, world.unlockable = {"2.4.0rc1"}, {"2.4.0rc0"}
    said = run(capsys, "--good", "2.3", "--bad", "2.4")
    assert "changed in TensorFlow 2.4.0 " in said
    assert "or before it, in one that could not be asked after 2.3.4:\n" in said
    assert "  2.4.0rc0: the package index has no tensorflow 2.4.0rc0\n" in said
    assert "  2.4.0rc1: TensorFlow cannot be imported: no such file\n" in said


def test_an_index_that_is_down_is_no_answer(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.down = True
    said = run(capsys, "--good", "2.3", "--bad", "2.5")
    assert "changed in TensorFlow 2.4.4 " in said
    assert "or before it, in one that could not be asked after 2.3.4:\n  the patches between: " in said


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--good", "2.4", "--bad", "2.3"), "--good 2.4.4 is not older than --bad 2.3.4"),
        (("--good", "2.4", "--bad", "2.4.4"), "is not older than"),
        (("--good", "2.3", "--bad", "2.99"), "--bad 2.99: the table has no such minor; it has 2.0, 2.1"),
        (("--good", "2.3.9", "--bad", "2.4"), "--good 2.3.9: the package index has no tensorflow 2.3.9"),
        (("--good", "two", "--bad", "2.4"), "--good 'two' is no version"),
        (
            ("--good", "2.3", "--bad", "2.21"),
            "no Python runs both ends: 2.3.4 has wheels for Python 3.7, 3.8, 2.21.0 for",
        ),
        (("--good", "2.3", "--bad", "2.4", "--lane", "3.10"), "--lane 3.10 cannot hold both ends"),
        (("--good", "2.3", "--bad", "2.4", "--lane", "3.8"), "needs Python 3.8, which was not found here: uv python"),
        (("--good", "2.1", "--bad", "2.2"), "2.1.4 and 2.2.3 agree on losses"),
        (("--good", "2.3"), "required: --bad"),
        (("--good", "2.3", "--bad", "2.4", "--timing"), "is not timed. nox -s cases lists the family speed"),
    ],
)
def test_what_cannot_be_bisected_says_why_and_leaves_nothing(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    with pytest.raises(UsageError) as error:
        bisect([POINT, *arguments])
    assert says in str(error.value)
    assert not (tmp_path / "reproduce").exists()


@pytest.mark.usefixtures("world")
def test_where_one_python_cannot_two_parts_are_named() -> None:
    with pytest.raises(UsageError, match=r"--good 2.3.4 --bad 2\.10\.1, and --good 2\.10\.1 --bad 2\.21\.0"):
        bisect([POINT, "--good", "2.3", "--bad", "2.21"])


def test_an_end_that_cannot_be_asked_is_none(world: World) -> None:
    world.broken = {"2.4.4"}
    with pytest.raises(UsageError, match=r"2\.4\.4 cannot be an end: TensorFlow cannot be imported"):
        bisect([POINT, "--good", "2.3", "--bad", "2.4"])


VERDICTS = {"2.3.4": "same", "2.4.0rc0": "same", "2.4.0rc1": "inconclusive"}


def compared(verdict: str) -> Comparison:
    return Comparison(Estimate(0.0 if verdict == "same" else 0.1, 0.01, 5.0, 32, 8), 0.02, verdict)


@pytest.mark.usefixtures("world")
def test_a_time_is_bisected_by_its_verdicts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judges, "installed", lambda *_: Path("python"))
    monkeypatch.setattr(judges.ByTime, "_compare", lambda _, leg: compared(VERDICTS.get(leg.release.version, "slower")))
    bisect([f"{TIMED}[{first_timed()}]", "--good", "2.3", "--bad", "2.4", "--timing"])
    said = capsys.readouterr().out
    assert "changed in TensorFlow 2.4.0 " in said
    assert "  2.4.0rc0: same: 100.0 % of the time of 2.3.4 (" in said
    assert "  2.4.0: slower: 110.5 % of the time of 2.3.4 (" in said
    assert "  2.4.0rc1: inconclusive: 110.5 % of the time of 2.3.4" in said


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("verdict", "says"), [("same", "agree on speed"), ("inconclusive", "cannot be told apart")])
def test_times_that_do_not_differ_are_not_bisected(monkeypatch: pytest.MonkeyPatch, verdict: str, says: str) -> None:
    monkeypatch.setattr(judges, "installed", lambda *_: Path("python"))
    monkeypatch.setattr(judges.ByTime, "_compare", lambda *_: compared(verdict))
    with pytest.raises(UsageError, match=says):
        bisect([f"{TIMED}[{first_timed()}]", "--good", "2.3", "--bad", "2.4", "--timing"])


def first_timed() -> str:
    from cases import _catalog
    from cases._record import point_text

    return point_text(_catalog.timed_points(_catalog.catalog()[TIMED])[0])


@pytest.mark.parametrize(
    ("version", "tag"),
    [("2.4.0", "v2.4.0"), ("2.4.0rc12", "v2.4.0-rc12"), ("2.15.0.post1", "v2.15.0"), ("2.0.0b1", "v2.0.0-b1")],
)
def test_tags_are_spelled_as_tensorflow_spells_them(version: str, tag: str) -> None:
    assert revision(Leg(replace(load().releases[0], version=version), "3.7")) == tag


@pytest.mark.parametrize(("says", "commit"), [("v1.12.1-117097-gecf05620570", "ecf05620570"), ("unknown", None)])
def test_a_nightlys_commit_is_what_it_says_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, commit: str | None
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho {says}\n")
    python.chmod(0o755)
    monkeypatch.setattr(environments, "python", lambda _: python)
    assert revision(Leg(replace(load().releases[0], version="2.4.0.dev20200707"), "3.7")) == commit
