"""Stores of several machines become one, or nothing is written and the reason is said."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sealed import sealed
from small_store import VERSIONS, catalogue_at, count

from cases import _catalog
from cases._record import RECORD_VERSION, load_header, make_record, point_text
from matrix import environments, foreign, options, plan, shares
from matrix.merge import merge
from matrix.paths import UsageError
from matrix.store import Store
from matrix.timings import Timings
from releases.legs import Leg

WORDS = ["--releases", "2.15..2.17", "--lanes", "3.10"]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The small catalogue, for everybody."""
    return catalogue_at(monkeypatch, tmp_path / "cases")


@pytest.fixture
def legs() -> tuple[Leg, ...]:
    return plan.everywhere(options.parse(WORDS))


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., int]:
    def run(*words: object) -> int:
        return merge([str(word) for word in words], tmp_path / "own" / "records", tmp_path / "own" / "timings")

    return run


def answer_one(
    store: Store, info: _catalog.CaseInfo, leg: Leg, answers: Mapping[str, Any] | None = None, **header: Any
) -> Path:
    """One unit as a run of this checkout would store it; every point matches unless ``answers`` says otherwise."""
    records = []
    for params in _catalog.points(info):
        fields = {"outcome": "match", **(answers or {}).get(point_text(params), {})}
        records.append(make_record(leg.id, info.id, params, **fields))
    case, shared = _catalog.sources(info)
    mark = {"case": case, "shared": shared, "lock": environments.lock_digest(leg), "python": "3.10.13"}
    store.write(
        {"leg": leg.id, "case": info.id, "case_version": 1, "fingerprint": mark, "versions": VERSIONS, "machine": {},
         "settings": {}, "started": "2026-11-20T21:00:00Z", "elapsed_s": 0.1, **header},
        records,
    )  # fmt: skip
    store.write_environment(leg.id, {"versions": VERSIONS, "packages": {"numpy": "1.26.4"}, "machine": {}})
    return store.path(leg.id, info.id)


def answer_all(store: Store, cases: Mapping[str, _catalog.CaseInfo], leg: Leg) -> None:
    for info in cases.values():
        answer_one(store, info, leg)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_stores_of_different_legs_become_one(
    asked, legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int]
) -> None:
    whole = Store(tmp_path / "whole")
    for number, leg in enumerate(legs):
        answer_all(Store(tmp_path / str(number) / "records"), asked.cases, leg)
        answer_all(whole, asked.cases, leg)
    assert take(tmp_path / "0", tmp_path / "1", tmp_path / "2" / "records") == 0
    assert tree(tmp_path / "own" / "records") == tree(whole.root)


def test_what_two_stores_agree_on_is_taken_once(
    asked, legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        answer_all(Store(tmp_path / name), asked.cases, legs[0])
    # Digits, words and times are a machine's own.
    case = asked.cases["losses.late"]
    other = {"n=1": {"max_rel_err": 1e-7, "elapsed_s": 3.0, "message": "in other words"}}
    answer_one(Store(tmp_path / "b"), case, legs[0], other, started="2026-11-21T09:00:00Z")
    assert take(tmp_path / "a", tmp_path / "b") == 0
    assert (
        "3 units of 1 legs taken from 2 stores; 3 more were there already or in two stores, and agree"
        in capsys.readouterr().out
    )
    assert tree(tmp_path / "own" / "records") == tree(tmp_path / "a")
    assert take(tmp_path / "b") == 0
    assert tree(tmp_path / "own" / "records") == tree(tmp_path / "a")


DIFFERENT = {
    "outcome": ({"outcome": "crashed"}, "crashed"),
    "explanation": ({"outcome": "mismatch", "explanation": "z"}, r"mismatch \(z\)"),
    "error": ({"outcome": "raised", "error_type": "ValueError"}, r"raised \(ValueError\)"),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_the_same_leg_and_case_with_another_outcome_is_said_and_nothing_is_written(
    asked,
    legs: tuple[Leg, ...],
    tmp_path: Path,
    take: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    what: str,
) -> None:
    fields, words = DIFFERENT[what]
    case = asked.cases["losses.late"]
    answer_all(Store(tmp_path / "a"), asked.cases, legs[1])
    answer_one(Store(tmp_path / "a"), case, legs[0])
    answer_one(Store(tmp_path / "b"), case, legs[0], {"n=2": fields})
    assert take(tmp_path / "a", tmp_path / "b") == 1
    out = capsys.readouterr().out
    assert (
        f"{legs[0].id} losses.late[n=2]: match in {tmp_path / 'a'}, {words.replace(chr(92), '')} in {tmp_path / 'b'}"
        in out
    )
    assert "1 answers differ between machines, so nothing was taken" in out
    assert tree(tmp_path / "own") == {} if (tmp_path / "own").exists() else True
    # The same between a store and what this machine has already: its own answer stays.
    assert take(tmp_path / "a") == 0
    before = tree(tmp_path / "own")
    assert take(tmp_path / "b") == 1
    assert tree(tmp_path / "own") == before


def test_another_count_is_another_outcome(
    asked, legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int]
) -> None:
    case = asked.cases["tape.traces"]
    for name, traces in (("a", 2), ("b", 3)):
        answer_one(Store(tmp_path / name), case, legs[0], {"": {"outcome": "mismatch", "outputs": count(traces)}})
    assert take(tmp_path / "a", tmp_path / "b") == 1


def test_what_is_stale_or_damaged_here_is_replaced(
    asked, legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int]
) -> None:
    own, other = Store(tmp_path / "own" / "records"), Store(tmp_path / "a")
    for name in ("losses.late", "tape.traces"):
        answer_one(other, asked.cases[name], legs[0])
    answer_one(own, asked.cases["losses.late"], legs[0], {"n=1": {"outcome": "crashed"}}, fingerprint={"case": "old"})
    answer_one(own, asked.cases["tape.traces"], legs[0]).write_bytes(b"torn")
    assert take(other.root) == 0
    assert own.path(legs[0].id, "losses.late").read_bytes() == other.path(legs[0].id, "losses.late").read_bytes()
    assert own.path(legs[0].id, "tape.traces").read_bytes() == other.path(legs[0].id, "tape.traces").read_bytes()


def rewritten(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Alter a unit's header; its body stays, its checksum is right."""
    header, body = load_header(path.read_bytes())
    change(header)
    path.write_bytes(sealed(header, body))


def spoil(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "truncated":
        path.write_bytes(data[:-9])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "binary":
        path.write_bytes(b"\xff\x00" * 99)
    elif how == "deep":
        path.write_bytes(b"[" * 200_000)
    elif how == "case":
        rewritten(path, lambda header: header["fingerprint"].update(case="other"))
    elif how == "lock":
        rewritten(path, lambda header: header["fingerprint"].update(lock="other"))
    elif how == "newer":
        rewritten(path, lambda header: header.update(record_version=RECORD_VERSION + 1))
    elif how == "fingerprint":
        rewritten(path, lambda header: header.update(fingerprint=[]))
    elif how == "escape":
        rewritten(path, lambda header: header.update(leg="../../../escaped"))
    elif how == "renamed":
        path.rename(path.with_name("tape.traces.jsonl"))
    elif how == "removed case":
        path.rename(path.with_name("losses.gone.jsonl"))
        rewritten(path.with_name("losses.gone.jsonl"), lambda header: header.update(case="losses.gone"))
    elif how == "unknown leg":
        path.parent.rename(path.parent.with_name("tf9.9.9-py3.10"))
    elif how == "strange leg":
        path.parent.rename(path.parent.with_name("\x1b[31m ..\\evil"))
    elif how == "link to a file":
        path.rename(path.parents[2] / "elsewhere")
        path.symlink_to(path.parents[2] / "elsewhere")
    elif how == "link to a folder":
        folder = path.parent
        folder.rename(path.parents[2] / "elsewhere")
        folder.symlink_to(path.parents[2] / "elsewhere")
    elif how == "pipe":
        path.unlink()
        os.mkfifo(path)
    elif how == "folder":
        path.unlink()
        path.mkdir()
    elif how == "note":
        (path.parents[1] / "share-1-of-2.json").write_text("{")
    elif how == "pipe as note":
        os.mkfifo(path.parents[1] / "share-1-of-2.json")
    elif how == "environment":
        (path.parent / "environment.json").write_text('{"leg": "../../escaped"}')
    elif how == "nothing":
        for file in path.parent.iterdir():
            file.unlink()


SPOILT = {
    "truncated": "truncated or altered",
    "empty": "line 1 is not the header",
    "binary": "line 1 is not the header",
    "deep": "recursion",
    "case": "another version of the suite asked it: the case or its shared code differs. Use the same commit",
    "lock": "another version of the suite asked it: the lock of tf2.15.1-py3.10 differs",
    "newer": "written by a newer tfdrift",
    "fingerprint": "field fingerprint is",
    "escape": "is of '../../../escaped', 'losses.late': it was moved or renamed",
    "renamed": "it was moved or renamed",
    "removed case": "is of 'losses.gone'|there is no such case|moved or renamed",
    "unknown leg": "this checkout's table has no such leg",
    "strange leg": r"\\x1b\[31m .*this checkout's table has no such leg",
    "link to a file": "a link",
    "link to a folder": "a link",
    "pipe": "no ordinary file",
    "folder": "no ordinary file",
    "note": r"share-1-of-2\.json: truncated, altered",
    "pipe as note": r"share-1-of-2\.json: truncated, altered",
    "environment": "is not the environment of tf2.15.1-py3.10",
    "nothing": "holds no answers",
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_store_with_anything_wrong_is_refused_whole(
    asked, legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int], how: str
) -> None:
    answer_all(Store(tmp_path / "good" / "records"), asked.cases, legs[1])
    spoil(answer_one(Store(tmp_path / "bad" / "records"), asked.cases["losses.late"], legs[0]), how)
    before = {path for path in tmp_path.rglob("*") if "own" not in path.parts}
    with pytest.raises(
        UsageError, match=rf"(?s)nothing was taken, because of what is wrong with a store:\n.*({SPOILT[how]})"
    ) as error:
        take(tmp_path / "good", tmp_path / "bad")
    assert "leave that store out" in str(error.value)
    assert "\x1b" not in str(error.value)
    assert not (tmp_path / "own").exists()
    assert {path for path in tmp_path.rglob("*") if "own" not in path.parts} == before
    assert take(tmp_path / "good") == 0


def test_only_the_first_of_many_problems_are_said_in_full(
    asked, legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int]
) -> None:
    for leg in legs:
        for info in asked.cases.values():
            spoil(answer_one(Store(tmp_path / "bad"), info, leg), "truncated")
    with pytest.raises(UsageError, match="and 4 more") as error:
        take(tmp_path / "bad")
    assert str(error.value).count("truncated") == 5


def test_a_link_in_this_machines_own_store_leads_nothing_elsewhere(
    asked, legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int]
) -> None:
    answer_all(Store(tmp_path / "a"), asked.cases, legs[0])
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "own" / "records").mkdir(parents=True)
    (tmp_path / "own" / "records" / legs[0].id).symlink_to(outside)
    with pytest.raises(UsageError, match="is a link, and nothing is written through it"):
        take(tmp_path / "a")
    assert list(outside.iterdir()) == []


def test_what_is_no_store_is_one_clear_error(
    asked, legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int]
) -> None:
    answer_all(Store(tmp_path / "own" / "records"), asked.cases, legs[0])
    for folder, says in (
        ("none", "is no folder"),
        ("own", "own store"),
        ("own/records", "own store"),
        (".", "holds no answers"),
    ):
        with pytest.raises(UsageError, match=says):
            take(tmp_path / folder)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "records").symlink_to(tmp_path / "own" / "records")
    with pytest.raises(UsageError, match="is a link; a store of another machine has none"):
        take(tmp_path / "a")
    with pytest.raises(UsageError, match="required: FOLDER"):
        take()


def share(store: Store, shard: str, words: list[str] = WORDS, cases: str | None = None) -> None:
    more = ["--cases", cases] if cases else []
    parsed = options.parse([*words, *more, "--shard", shard])
    chosen = options.choose_cases(parsed.cases)
    own = plan.share(parsed, chosen)
    for leg in own.legs:
        answer_all(store, chosen, leg)
    shares.finish(own, chosen, store, parsed)


@pytest.mark.usefixtures("asked")
def test_shares_that_are_all_there_are_taken(legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int]) -> None:
    for part in ("1/2", "2/2"):
        share(Store(tmp_path / part[0]), part)
    assert take(tmp_path / "1", tmp_path / "2") == 0
    assert {path.name for path in (tmp_path / "own" / "records").iterdir()} == {leg.id for leg in legs}


@pytest.mark.usefixtures("asked")
def test_shares_that_overlap_are_refused(tmp_path: Path, take: Callable[..., int]) -> None:
    share(Store(tmp_path / "a"), "1/2")
    share(Store(tmp_path / "b"), "1/2")
    with pytest.raises(UsageError, match=r"shares overlap: share 1/2 in .*b and share 1/2 in .*a both asked tf"):
        take(tmp_path / "a", tmp_path / "b")
    share(Store(tmp_path / "c"), "2/3")
    share(Store(tmp_path / "d"), "2/2")
    with pytest.raises(UsageError, match="shares overlap"):
        take(tmp_path / "a", tmp_path / "c", tmp_path / "d", "--partial")
    assert not (tmp_path / "own").exists()


@pytest.mark.usefixtures("asked")
def test_a_share_that_is_missing_is_named_and_may_be_done_without(
    tmp_path: Path, take: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    share(Store(tmp_path / "a"), "1/3")
    with pytest.raises(UsageError, match=r"2 of 3 legs are in no whole share: tf.*take what there is: --partial"):
        take(tmp_path / "a")
    assert not (tmp_path / "own").exists()
    assert take(tmp_path / "a", "--partial") == 0
    assert capsys.readouterr().out.count("missing: tf") == 2


@pytest.mark.usefixtures("asked")
def test_shares_of_different_matrices_are_refused(tmp_path: Path, take: Callable[..., int]) -> None:
    share(Store(tmp_path / "a"), "1/2")
    share(Store(tmp_path / "b"), "2/2", cases="losses.*")
    share(Store(tmp_path / "c"), "2/2", ["--releases", "2.15..2.18", "--lanes", "3.10"])
    for other in ("b", "c"):
        with pytest.raises(UsageError, match=r"share 2/2 in .* is of another matrix than share 1/2 in .*a"):
            take(tmp_path / "a", tmp_path / other)


LINE = {"kind": "prepared", "restart": "r", "legs": {}, "settings": {}, "digest": "d", "machine": {}}


def timed(folder: Path, number: int, case: str = "speed.gradient") -> Path:
    timings = Timings(folder / "timings" / "runner-x86_64-4cores")
    for restart in range(number):
        timings.append({**LINE, "case": case, "restart": str(restart)})
    return timings.root / f"{case}.jsonl"


def test_times_are_taken_beside_those_of_other_machines(
    asked, legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int]
) -> None:
    for name, number in (("a", 1), ("b", 3)):
        answer_all(Store(tmp_path / name / "records"), asked.cases, legs[0])
        file = timed(tmp_path / name, number)
    own = tmp_path / "own" / "timings" / "runner-x86_64-4cores" / "speed.gradient.jsonl"
    assert take(tmp_path / "a") == 0
    assert own.read_bytes().count(b"\n") == 1
    assert take(tmp_path / "b", tmp_path / "a") == 0  # a machine that has gone on measuring since
    assert own.read_bytes() == file.read_bytes()
    assert take(tmp_path / "a") == 0
    assert own.read_bytes() == file.read_bytes()


TIMES_SPOILT = r"truncated or altered, or of another case|a link|not the same times|not named as|no ordinary file"


@pytest.mark.parametrize("how", ["truncated", "renamed", "other", "machine", "folder", "link", "linked folder"])
def test_times_with_anything_wrong_are_refused(
    asked, legs: tuple[Leg, ...], tmp_path: Path, take: Callable[..., int], how: str
) -> None:
    answer_all(Store(tmp_path / "a" / "records"), asked.cases, legs[0])
    file = timed(tmp_path / "a", 2)
    before: dict[str, bytes] = {}
    if how == "truncated":
        file.write_bytes(file.read_bytes()[:-9])
    elif how == "renamed":
        file.rename(file.with_name("speed.jacobian.jsonl"))
    elif how == "other":
        timed(tmp_path / "own", 1).write_bytes(file.read_bytes()[9:])
        before = tree(tmp_path / "own")
    elif how == "machine":
        file.parent.rename(file.parent.with_name("..evil"))
    elif how == "folder":
        file.with_name("speed.jacobian.jsonl").mkdir()
    elif how == "link":
        file.rename(tmp_path / "elsewhere")
        file.symlink_to(tmp_path / "elsewhere")
    else:
        file.parent.rename(tmp_path / "elsewhere")
        file.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match=TIMES_SPOILT):
        take(tmp_path / "a")
    assert (tree(tmp_path / "own") if before else {}) == before
    assert not (tmp_path / "own" / "records").exists()


def test_a_name_from_elsewhere_is_shown_without_what_moves_the_cursor() -> None:
    assert foreign.shown("a\x1b[2J\nb") == "a\\x1b[2J\\x0ab"
