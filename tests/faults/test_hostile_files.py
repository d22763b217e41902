"""Files that want to be something else: pipes, links, files without end, lines with the right checksum and the wrong content.

What the merge refuses is in tests/test_merge.py and tests/test_asv_results.py as far as it is not here.
"""

# ruff: noqa: F401, F811 (the fixtures of other tests)

from __future__ import annotations

import hashlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sealed import sealed
from small_store import place, questions, write
from test_asv_results import COLUMNS, COMMIT, put, result
from test_merge import LINE, answer_all, answer_one, asked, legs, take, timed, tree
from test_render import stored

from cases._record import load_header
from matrix import asv_results, foreign, own_cases
from matrix.paths import UsageError
from matrix.store import OWN_CASES, Store, read_folders
from matrix.timings import Timings
from reports import __main__ as report
from reports import upgrade_command

DEEP = b"[" * 200_000
STRANGE = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"null",
    b"7",
    b"[]",
    b'"text"',
    b"{}",
    b"NaN",
    DEEP,
    b'{"packages": []}',
    b'{"a": ' + b"9" * 9999 + b"}",
)


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Who waits for a pipe waits for ever: that is a failure, after a minute."""
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it hangs"))
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_a_pipe_in_the_store_is_a_unit_that_cannot_be_read(world: tuple[Any, Any]) -> None:
    store, asked = world
    leg = place("2.1").leg
    write(store, asked, leg, "losses.decorated")
    for name in ("losses.late.jsonl", "environment.json"):
        os.mkfifo(store.root / leg / name)
    os.mkfifo(store.root / OWN_CASES)
    problems = {unit.case: unit.problem for unit in store.units()}
    assert problems["losses.decorated"] is None
    assert "no ordinary file" in str(problems["losses.late"])
    assert (store.header(leg, "losses.late"), store.environments(), read_folders(store.root)) == (None, {}, [])


@pytest.mark.parametrize("data", STRANGE, ids=lambda data: ascii(data[:12]))
def test_strange_files_beside_the_units_keep_no_report_from_being_made(
    stored: list[str],
    world: tuple[Any, Any],
    data: bytes,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store, _ = world
    leg = "tf2.15.1-py3.10"
    (store.root / leg / "environment.json").write_bytes(data)
    (store.root / OWN_CASES).write_bytes(data)
    store.path(leg, "losses.late").write_bytes(data)
    assert report.main(stored) == 1
    assert "Left out, because it cannot be used: 1 stored unit" in capsys.readouterr().out
    assert own_cases.known(store.root) == {}


def test_folders_of_cases_that_are_none_have_no_cases(tmp_path: Path) -> None:
    folders = ["a\0b", "\ud800", "/no/such/folder", "x" * 10_000, "\x1b[2J", "/dev/null", 7, None, ["a"]]
    store = Store(tmp_path / "records")
    write(store, questions(tmp_path / "cases"), place("2.1").leg, "losses.decorated")
    (store.root / OWN_CASES).write_text(json.dumps(folders))
    assert not any(own_cases.known(store.root).values())
    assert [unit.problem for unit in store.units()] == [None]


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 400])
def test_numbers_that_json_lacks_keep_no_report_from_being_made(
    stored: list[str], world: tuple[Any, Any], number: bytes, tmp_path: Path
) -> None:
    path = world[0].path("tf2.15.1-py3.10", "losses.decorated")
    header, body = load_header(path.read_bytes())
    output = {"agrees": False, "observed": {"dtype": "float32", "shape": [1], "values": [7]}, "expected": 7}
    output.update(max_abs_err=7, max_rel_err=7, non_finite=7)
    outputs = json.dumps({"gradient": output}).encode().replace(b"7", number)
    body = body.replace(b'"max_rel_err":null', b'"max_rel_err":' + number)
    path.write_bytes(sealed(header, body.replace(b'"outputs":{}', b'"outputs":' + outputs)))
    assert report.main(stored) == 1
    assert "gradient" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("release", ["../../escaped", "/tmp/escaped", "2.21\x1b[2J", "x" * 10**6, "2.21\0"])
def test_an_upgrade_from_a_strange_release_is_no_file(
    stored: list[str], tmp_path: Path, release: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(tmp_path)
    assert upgrade_command.main([release, "2.21", *stored]) == 2
    assert "\x1b" not in capsys.readouterr().err
    assert tree(tmp_path) == before


BODIES = (b"7\n", b"null\n", DEEP + b"\n", b'{"a": 1}\n', b"[]\n", b"\xff\n")


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("body", BODIES, ids=lambda body: ascii(body[:8]))
def test_a_unit_whose_lines_are_no_records_is_left_out(
    world: tuple[Any, Any],
    body: bytes,
    version: int,
) -> None:
    store, asked = world
    leg = place("2.1").leg
    write(store, asked, leg, "losses.decorated")
    path = store.path(leg, "losses.decorated")
    header = {**load_header(path.read_bytes())[0], "points": 1, "record_version": version}
    header["sha256"] = hashlib.sha256(body).hexdigest()  # of version 1, which covered the lines only
    path.write_bytes(json.dumps(header).encode() + b"\n" + body if version == 1 else sealed(header, body))
    (unit,) = store.units()
    assert unit.problem


def test_outputs_that_are_no_objects_are_refused(world: tuple[Any, Any]) -> None:
    store, asked = world
    leg = place("2.1").leg
    write(store, asked, leg, "losses.decorated")
    path = store.path(leg, "losses.decorated")
    header, body = load_header(path.read_bytes())
    names = ["agrees", "observed", "expected", "max_abs_err", "max_rel_err", "non_finite"]
    outputs = json.dumps({"gradient": names}, separators=(",", ":")).encode()
    path.write_bytes(sealed(header, body.replace(b'"outputs":{}', b'"outputs":' + outputs)))
    assert [unit.problem for unit in store.units()] == ["output 'gradient' is no object"]


@pytest.mark.parametrize(
    "what", ["huge unit", "pipe as environment", "deep environment", "words in a note", "link in a circle"]
)
def test_a_store_of_another_machine_is_refused_whole(
    what: str,
    asked: Any,
    legs: Any,
    tmp_path: Path,
    take: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = Store(tmp_path / "bad")
    path = answer_one(store, asked.cases["losses.late"], legs[0])
    if what == "huge unit":
        with path.open("ab") as stream:
            stream.truncate(foreign.LARGEST_BYTES + 1)
    elif what == "pipe as environment":
        (path.parent / "environment.json").unlink()
        os.mkfifo(path.parent / "environment.json")
    elif what == "deep environment":
        (path.parent / "environment.json").write_bytes(DEEP)
    elif what == "words in a note":
        note = {
            "share_version": 1,
            "share": "\x1b[2J",
            "legs": ["\x1b[31m"],
            "of": ["\x1b[31m", "\x1b[32m"],
            "cases": [],
        }
        (store.root / "share-1-of-2.json").write_text(json.dumps(note))
    else:
        (store.root / "circle").symlink_to(store.root)
    with pytest.raises(UsageError):
        take(tmp_path / "bad")
    assert not (tmp_path / "own").exists()
    if what == "words in a note":
        assert take(tmp_path / "bad", "--partial") == 0
        assert "\x1b" not in capsys.readouterr().out
    # By another name of the same folder it is no better.
    elif what == "link in a circle":
        with pytest.raises(UsageError, match="a link"):
            take(tmp_path / "bad" / ".." / "bad")


PREPARED = {**LINE, "legs": {"a": {"fingerprint": {}, "points": {}}}}
STATUS = {"outcome": "match", "message": None, "work": 1, "floor": False, "first_ns": 1, "peak_memory_bytes": 1}
ROUND = {"kind": "round", "restart": "r", "point": "", "round": 0, "turns": {"a": {"calls_ns": [5], "process_ns": [5]}}}
WRONG_LINES: dict[str, Any] = {
    "no object": [],
    "no kind": {},
    "another kind": {"kind": "../../x"},
    "legs in a list": {**LINE, "legs": []},
    "no points": {**LINE, "legs": {"a": {"fingerprint": {}}}},
    "a status of text": {**LINE, "legs": {"a": {"fingerprint": {}, "points": {"n=1": "match"}}}},
    "work without end": {**LINE, "legs": {"a": {"fingerprint": {}, "points": {"n=1": {**STATUS, "work": 10**400}}}}},
    "an outcome of numbers": {**LINE, "legs": {"a": {"fingerprint": {}, "points": {"n=1": {**STATUS, "outcome": 1}}}}},
    "no time": {**ROUND, "turns": {"a": {"calls_ns": []}}},
    "time that runs back": {**ROUND, "turns": {"a": {"calls_ns": [-5]}}},
    "time of text": {**ROUND, "turns": {"a": {"calls_ns": ["5"]}}},
    "a floor without end": {**ROUND, "turns": {"a": {"calls_ns": [5], "floor_ns": [10**30]}}},
    "turns in a list": {**ROUND, "turns": [1]},
    "a point of numbers": {**ROUND, "point": 5},
}


@pytest.mark.parametrize("what", [*WRONG_LINES, "pipe"])
def test_times_of_another_machine_that_are_none_are_refused(
    what: str,
    asked: Any,
    legs: Any,
    tmp_path: Path,
    take: Callable[..., int],
) -> None:
    answer_all(Store(tmp_path / "a" / "records"), asked.cases, legs[0])
    file = timed(tmp_path / "a", 1)
    good = {**PREPARED, "legs": {"a": {"fingerprint": {}, "points": {"n=1": STATUS}}}}
    for line in (good, ROUND):
        Timings(file.parent).append({**line, "case": "speed.gradient"})
    if what == "pipe":
        os.mkfifo(file.with_name("speed.jacobian.jsonl"))
    else:
        line = WRONG_LINES[what]
        before = file.read_bytes()
        Timings(file.parent).append({**(line if isinstance(line, dict) else {}), "case": "speed.gradient"})
        if not isinstance(line, dict):
            file.write_bytes(before + b"ffffffff []\n")
    with pytest.raises(UsageError, match="nothing was taken"):
        take(tmp_path / "a")
    assert not (tmp_path / "own").exists()
    file.with_name("speed.jacobian.jsonl").unlink(missing_ok=True)
    file.unlink()
    file = timed(tmp_path / "a", 1)
    for line in (good, ROUND):
        Timings(file.parent).append({**line, "case": "speed.gradient"})
    assert take(tmp_path / "a") == 0


def spoil_results(folder: Path, how: str) -> None:
    path = put(folder, result())
    if how == "pipe as machine":
        (path.parent / "machine.json").unlink()
        os.mkfifo(path.parent / "machine.json")
    elif how == "deep machine":
        (path.parent / "machine.json").write_bytes(DEEP)
    elif how == "pipe as results":
        path.unlink()
        os.mkfifo(path)
    elif how == "pipe as benchmarks":
        os.mkfifo(folder / "benchmarks.json")
    elif how == "deep benchmarks":
        (folder / "benchmarks.json").write_bytes(DEEP)
    elif how == "linked benchmarks":
        (folder / "secret").write_text("{}")
        (folder / "benchmarks.json").symlink_to(folder / "secret")
    else:
        rows = {"b.time_call": [[2.0], [], "1", "later", 1.0]}
        put(folder, result(results=rows, result_columns=COLUMNS))


@pytest.mark.parametrize(
    "how",
    [
        *("pipe as machine", "deep machine", "pipe as results", "pipe as benchmarks", "deep benchmarks"),
        *("linked benchmarks", "a time of text"),
    ],
)
def test_strange_results_of_asv_are_refused(how: str, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    put(here, result("mine"), "mine")
    before = tree(here)
    spoil_results(there, how)
    with pytest.raises(UsageError):
        asv_results.merge(there, here, {COMMIT})
    assert tree(here) == before
