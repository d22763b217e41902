"""`nox -s releases` says what the index has and the table has not, what was taken back, and the command that follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version
from standin_index import StandinIndex, serve, standin, use

from releases import __main__ as command
from releases.appeared import differences, lines
from releases.index import Listed
from releases.table import load

TABLE = load()
ROWS = [Listed(Version(row.version), row.distribution, row.pythons, yanked=False) for row in TABLE.everything]


def one(version: str, *pythons: str, yanked: bool = False) -> Listed:
    return Listed(Version(version), "tensorflow-cpu", pythons or ("3.10", "3.11", "3.12", "3.13"), yanked)


def said(*more: Listed, without: str = "") -> list[str]:
    """What is said of an index that has the table's rows but one, and more."""
    return lines(TABLE, differences(TABLE, [*(row for row in ROWS if str(row.version) != without), *more]))


def test_nothing_is_said_of_what_the_table_has() -> None:
    assert said() == ["The table has what the index has: 22 minors, 2.0.4 to 2.21.0, and 2.22.0rc0."]


@pytest.mark.parametrize(
    "listed",
    [
        one("1.15.5", "3.7"),
        one("2.21.0.post1"),
        one("2.23.0.dev20261026"),
        one("2.23.0", "3.99"),
        one("2.23.0", yanked=True),
        one("2.15.0"),
        one("2.21.0rc1"),
        one("2.22.0rc0"),
    ],
    ids=str,
)
def test_what_no_table_wants_is_not_missing(listed: Listed) -> None:
    assert len(said(listed)) == 1
    assert said(listed)[0].startswith("The table has")


def test_a_new_minor_has_its_command() -> None:
    assert said(one("2.22.0", "3.11", "3.12"), one("2.22.1", "3.11", "3.12")) == [
        "2.22.1: a new minor, for Python 3.11, 3.12: nox -s new_release -- 2.22.1"
    ]


def test_a_new_patch_says_which_pythons_it_would_cost() -> None:
    (line,) = said(one("2.21.1", "3.11", "3.12", "3.13"))
    assert line == (
        "2.21.1: a new patch of 2.21, of which the table has 2.21.0; it has no wheel for Python 3.10, which 2.21.0 has: "
        "nox -s new_release -- 2.21.1"
    )


def test_of_candidates_only_the_newest_of_a_minor_that_is_not_out() -> None:
    assert said(one("2.22.0rc1"), one("2.22.0rc2"), one("2.23.0rc0")) == [
        "2.22.0rc2: a new candidate: nox -s candidate -- 2.22.0rc2 (or, to keep it: nox -s new_release -- 2.22.0rc2)",
        "2.23.0rc0: a new candidate: nox -s candidate -- 2.23.0rc0 (or, to keep it: nox -s new_release -- 2.23.0rc0)",
    ]
    assert len(said(one("2.22.0rc1"), one("2.22.0"))) == 1


def test_what_was_taken_back_is_said() -> None:
    yanked = one("2.20.0", yanked=True)
    assert said(yanked, without="2.20.0") == ["2.20.0: is in the table, and was yanked; no patch has followed it"]
    assert said(yanked, one("2.20.1", *TABLE.releases[-2].pythons), without="2.20.0") == [
        "2.20.0: is in the table, and was yanked",
        "2.20.1: a new patch of 2.20, of which the table has 2.20.0: nox -s new_release -- 2.20.1",
    ]
    (line,) = said(without="2.7.4")
    assert line.startswith("2.7.4: is in the table, and the index has it no more")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandinIndex:
    made = StandinIndex(tmp_path / "index")
    with serve(made):
        use(made, monkeypatch, tmp_path / "cache")
        yield made


def test_the_command_asks_the_users_index(index: StandinIndex, capsys: pytest.CaptureFixture[str]) -> None:
    for row in TABLE.everything:
        for lane in row.pythons:
            tag = f"cp{lane.replace('.', '')}-none-manylinux_2_17_x86_64"
            standin(index.folder, row.version, name=row.distribution, tag=tag)
    assert command.main(["compare"]) == 0
    assert capsys.readouterr().out.startswith("The table has what the index has")
    standin(index.folder, "2.22.0", name="tensorflow-cpu", tag="cp310-none-manylinux_2_17_x86_64")
    assert command.main(["compare"]) == 1
    assert "2.22.0: a new minor, for Python 3.10: nox -s new_release -- 2.22.0" in capsys.readouterr().out


@pytest.mark.usefixtures("index")
def test_an_index_without_tensorflow_is_no_table_that_lost_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["compare"]) == 2
    assert "the index has no TensorFlow at all" in capsys.readouterr().err


def test_an_index_that_is_down_is_no_news(
    index: StandinIndex, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert index.url
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple/")
    assert command.main(["compare"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "was not reached" in shown.err
