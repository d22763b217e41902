"""People's words for releases select what they say, and the plan uses the Pythons that are here."""

from __future__ import annotations

from pathlib import Path

import pytest

from releases.pythons import Interpreter
from releases.select import Plan, SelectionError, plan, select
from releases.table import load

TABLE = load()
ALL = [release.version for release in TABLE.releases]


def here(*lanes: str) -> dict[str, Interpreter]:
    return {lane: Interpreter(lane, f"{lane}.1", Path("/python")) for lane in lanes}


EVERY = here(*TABLE.lanes)


@pytest.mark.parametrize(
    ("spec", "minors"),
    [
        ("2.15", ["2.15"]),
        ("2.15.1", ["2.15"]),
        ("2.10..2.12", ["2.10", "2.11", "2.12"]),
        ("..2.2", ["2.0", "2.1", "2.2"]),
        ("2.20..", ["2.20", "2.21"]),
        ("2.9.3..2.10.1", ["2.9", "2.10"]),
        ("2.9.4..2.10.0", None),
        ("2.20..2.99", ["2.20", "2.21"]),
        ("latest", ["2.21"]),
        ("eras", ["2.1", "2.4", "2.10", "2.15", "2.16", "2.21"]),
        ("2.4, 2.1,2.4.4 ,..2.1", ["2.0", "2.1", "2.4"]),
    ],
)
def test_words_for_releases(spec: str, minors: list[str] | None) -> None:
    if minors is None:
        with pytest.raises(SelectionError, match="holds no release"):
            select(spec, TABLE)
    else:
        assert [release.minor for release in select(spec, TABLE)] == minors


def test_words_for_groups() -> None:
    assert [release.version for release in select("all", TABLE)] == ALL
    assert {release.keras for release in select("keras2", TABLE)} == {2}
    assert [*select("keras2", TABLE), *select("keras3", TABLE)] == list(TABLE.releases)
    assert select("candidates", TABLE) == TABLE.candidates
    assert select(TABLE.candidates[0].version, TABLE) == TABLE.candidates[:1]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("2.15.9", "Did you mean 2.15.1?"),
        ("kears3", "Did you mean keras3"),
        ("2.16..2.3", "Did you mean 2.3..2.16?"),
        ("2.1,nonsense", 'no release "nonsense"'),
        ("2.10..x", 'no release "x"'),
        ("..", "has no end"),
        ("", "is empty"),
        (",", "is empty"),
    ],
)
def test_what_is_unknown_says_what_exists(spec: str, words: str) -> None:
    with pytest.raises(SelectionError) as caught:
        select(spec, TABLE)
    assert words in str(caught.value)
    assert spec == ".." or "There are 2.0.4, 2.1.4" in str(caught.value)


def lanes(found: Plan) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for leg in found.legs:
        result.setdefault(leg.release.minor, []).append(leg.lane)
    return result


def test_with_every_python_the_core_lanes_run() -> None:
    found = lanes(plan(TABLE, interpreters=EVERY))
    for minor in range(22):
        expected = ["3.7"] if minor < 8 else ["3.10", "3.7"] if minor < 11 else ["3.10"]
        assert found[f"2.{minor}"] == expected


def test_with_only_311_the_matrix_runs_from_212() -> None:
    found = plan(TABLE, interpreters=here("3.11"))
    assert lanes(found) == {f"2.{minor}": ["3.11"] for minor in range(12, 22)}
    lines = found.missing_lines()
    assert lines[0].startswith("2.0\N{EN DASH}2.7: needs Python 3.7 (not found): uv python install 3.7")
    assert lines[1].startswith("2.8\N{EN DASH}2.11: needs Python 3.10")
    assert len(lines) == 2


def test_without_any_python_every_release_is_missing() -> None:
    found = plan(TABLE, interpreters={})
    assert found.legs == ()
    assert len(found.missing) == len(TABLE.releases)


def test_lanes_that_are_asked_for_are_exactly_those() -> None:
    found = plan(TABLE, releases="2.11,2.16", lanes="3.12,py3.11", interpreters=here("3.10", "3.11"))
    assert [leg.id for leg in found.legs] == ["tf2.16.2-py3.11"]
    assert found.missing_lines() == [
        "2.11: runs on Python 3.10, 3.9 or 3.8, which --lanes leaves out: nox -s matrix -- --lanes 3.10",
        "2.16: needs Python 3.12 (not found): uv python install 3.12",
    ]
    every = plan(TABLE, releases="2.16", lanes="all", interpreters=here("3.10", "3.11"))
    assert [leg.lane for leg in every.legs] == ["3.10", "3.11"]
    assert every.missing == ()


def test_variants() -> None:
    found = plan(TABLE, releases="2.15,2.21", variants="plain,tfkeras,newkeras", interpreters=EVERY)
    assert [leg.id for leg in found.legs] == [
        "tf2.15.1-py3.10",
        "tf2.21.0-py3.10",
        "tf2.21.0-py3.10-tfkeras",
        "tf2.21.0-py3.11-newkeras",
    ]
    assert found.missing == ()
    assert plan(TABLE, releases="2.15,2.21", variants="all", interpreters=EVERY).legs == found.legs
    old = plan(TABLE, releases="2.21", variants="newkeras", interpreters=here("3.10"))
    assert old.missing_lines() == ["2.21 newkeras: needs Python 3.11, 3.12 or 3.13 (not found): uv python install 3.11"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"lanes": "3.6"}, "Lanes are 3.10, 3.7"),
        ({"lanes": ""}, "Lanes are"),
        ({"variants": "tf-keras"}, "Did you mean tfkeras?"),
        ({"variants": ""}, "Variants are plain"),
        ({"releases": "2.15", "variants": "tfkeras"}, "Releases that do: 2.16.2"),
    ],
)
def test_a_plan_that_cannot_be_made_says_what_exists(arguments: dict[str, str], words: str) -> None:
    with pytest.raises(SelectionError) as caught:
        plan(TABLE, interpreters=EVERY, **arguments)  # type: ignore[arg-type]
    assert words in str(caught.value)
