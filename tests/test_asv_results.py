"""Results of asv: friendly to git, and taken from another machine only if they are what they claim to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matrix import asv_results
from matrix.paths import UsageError

COMMIT = "0123456789" * 4
COLUMNS = ["result", "params", "version", "started_at", "duration"]


def result(name: str = "there", **changes: Any) -> dict[str, Any]:
    return {
        "version": 2,
        "commit_hash": COMMIT,
        "env_name": "tfdrift",
        "date": 1709856000000,
        "params": {"machine": name, "python": "3.10", "cpu": "8086"},
        "python": "3.10",
        "requirements": {},
        "env_vars": {},
        "result_columns": COLUMNS,
        "results": {"b.time_call": [[2.0], [], "1", 2000, 1.0], "a.track_traces": [[1], [], "1", 1000, 1.0]},
        "durations": {},
        **changes,
    }


def put(folder: Path, data: dict[str, Any], name: str = "there", file: str = "01234567-tfdrift.json") -> Path:
    (folder / name).mkdir(parents=True, exist_ok=True)
    machine = {"machine": name, "cpu": "8086", "arch": "x86", "num_cpu": "1", "version": 1}
    (folder / name / "machine.json").write_text(json.dumps(machine))
    (folder / name / file).write_text(json.dumps(data))
    return folder / name / file


def test_a_tidy_file_is_sorted_has_a_line_for_each_benchmark_and_says_the_same(tmp_path: Path) -> None:
    path = put(tmp_path, result())
    asv_results.tidy(tmp_path)
    text = path.read_text()
    assert json.loads(text) == result()
    lines = text.splitlines()
    assert [line.split(":")[0].strip() for line in lines if line.startswith("  ")] == [
        '"a.track_traces"',
        '"b.time_call"',
    ]
    assert text == asv_results.dump(json.loads(text)).decode()
    before = path.stat().st_mtime_ns
    asv_results.tidy(tmp_path)
    assert path.stat().st_mtime_ns == before


def test_asv_reads_what_tfdrift_wrote(tmp_path: Path) -> None:
    from asv.results import Results

    path = put(tmp_path, result())
    asv_results.tidy(tmp_path)
    loaded = Results.load(str(path), machine_name="there")
    assert loaded.commit_hash == COMMIT
    assert loaded.get_result_value("b.time_call", []) == [2.0]


def test_results_of_two_machines_lie_beside_each_other(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    put(here, result("mine"), "mine")
    put(there, result())
    assert asv_results.merge(there, here, {COMMIT}) == 2
    assert asv_results.merge(there, here, {COMMIT}) == 0
    assert {path.parent.name for path in asv_results.files(here)} == {"mine", "there"}
    assert asv_results.commits(here) == {COMMIT}


def test_the_later_result_stays(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    ours = {"b.time_call": [[9.0], [], "1", 1500, 1.0], "a.track_traces": [[9], [], "1", 1500, 1.0]}
    path = put(here, result(results=ours))
    put(there, result())
    assert asv_results.merge(there, here, {COMMIT}) == 1
    merged = asv_results.read(path)["results"]
    assert (merged["b.time_call"][0], merged["a.track_traces"][0]) == ([2.0], [9])


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "no results": (lambda folder: folder.mkdir(), "has no results of asv.*--import DIR"),
    "not JSON": (lambda folder: put(folder, result()).write_text("{"), "no file of results"),
    "deep": (lambda folder: put(folder, result()).write_text("[" * 100_000), "no file of results"),
    "newer format": (lambda folder: put(folder, result(version=3)), "format 3, where asv 0.6 writes 2"),
    "no commit": (lambda folder: put(folder, result(commit_hash=None)), '"commit_hash" is missing'),
    "other columns": (lambda folder: put(folder, result(results={"a": [0] * 9})), "other columns"),
    "other machine": (lambda folder: put(folder, result("else")), "of the machine 'else'"),
    "other name": (lambda folder: put(folder, result(), file="11111111-tfdrift.json"), "its name is not that of"),
    "odd name": (lambda folder: put(folder, result(), file="x.json"), "by its name or kind"),
    "unknown release": (
        lambda folder: put(folder, result(commit_hash="f" * 40), file="ffffffff-tfdrift.json"),
        "in no timeline here.*nox -s new_release",
    ),
    "huge": (lambda folder: put(folder, result()).write_text(" " * (asv_results.LARGEST_BYTES + 1)), "larger than"),
    "a link": (
        lambda folder: (
            put(folder, result(), file="01234567-x.json").rename(folder / "f")
            and (folder / "there" / "01234567-tfdrift.json").symlink_to(folder / "f")
        ),
        "by its name or kind",
    ),
    "machine elsewhere": (
        lambda folder: (
            put(folder, result()) and (folder / "there" / "machine.json").write_text('{"machine": "../../x"}')
        ),
        "another machine than its folder",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_wrong_is_refused_and_nothing_is_written(tmp_path: Path, kind: str) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    put(here, result("mine"), "mine")
    before = {path: path.read_bytes() for path in here.rglob("*.json")}
    make, message = BAD[kind]
    make(there)
    with pytest.raises(UsageError, match=message):
        asv_results.merge(there, here, {COMMIT})
    assert before == {path: path.read_bytes() for path in here.rglob("*.json")}


def test_two_machines_of_one_name_are_refused(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    put(here, result())
    put(there, result())
    (there / "there" / "machine.json").write_text(json.dumps({"machine": "there", "cpu": "68000", "arch": "x86"}))
    with pytest.raises(UsageError, match=r"two machines are called \"there\".*asv machine --machine NAME"):
        asv_results.merge(there, here, {COMMIT})


def test_results_of_an_older_version_of_a_benchmark_are_named(tmp_path: Path) -> None:
    put(tmp_path, result())
    discovered = {"b.time_call": {"version": "2"}, "a.track_traces": {"version": "1"}, "version": 2}
    (tmp_path / "benchmarks.json").write_text(json.dumps(discovered))
    assert asv_results.outdated(tmp_path) == {"b.time_call": {"1"}}
