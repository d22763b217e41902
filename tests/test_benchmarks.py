"""asv's view of the cases: nothing is missing, nothing is added by hand, and a wrong answer is never measured.

asv's own runner does it, on the stand-in for TensorFlow; `tests/legs/test_history.py` does it on real releases.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cases import _catalog

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RUNNER = "import sys; from asv_runner import discovery, run; {}"
WRITE = "discovery.list_benchmarks(sys.argv[1], open(sys.argv[2], 'w'))"


def asv_runner(code: str, *words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run asv's runner as asv does: the folder of benchmarks alone is given to it."""
    command = [sys.executable, "-c", RUNNER.format(code), str(ROOT / "benchmarks"), *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def env() -> dict[str, str]:
    return {"PYTHONPATH": str(HERE / "standin"), "TFDRIFT_CASES": str(HERE / "timed_cases")}


def discovered(path: Path, env: dict[str, str]) -> dict[str, dict[str, Any]]:
    done = asv_runner(WRITE, str(path), env=env)
    assert done.returncode == 0, done.stderr
    return {benchmark["name"]: benchmark for benchmark in json.loads(path.read_text())}


def test_every_timed_or_tracked_case_is_there_as_it_declares_itself(tmp_path: Path) -> None:
    found = discovered(tmp_path / "out.json", {})  # no stand-in: nothing here may import TensorFlow
    assert found
    for case, info in _catalog.catalog().items():
        mine = {name.removeprefix(f"{case}."): found[name] for name in found if name.startswith(f"{case}.")}
        wanted = {f"track_{output}" for output in info.track if not output.startswith("reported_")}
        if info.timed:
            wanted |= {"time_call"}
            wanted |= {f"track_{info.timed['unit']}_per_s"} if "work" in info.functions else set()
            wanted |= {"peakmem_call"} if "jacobian" in case or "hessian" in case else set()
        assert set(mine) == wanted, case
        for benchmark in mine.values():
            assert benchmark["param_names"] == list(info.params)
            assert benchmark["version"] == str(info.version)
            assert benchmark["code"] == info.doc.strip()  # what the page shows: the claim and its derivation
    cases = {name.rpartition(".")[0] for name in found}
    assert cases == {case for case, info in _catalog.catalog().items() if info.timed or info.track}


def test_only_values_that_are_timed_are_parameters(tmp_path: Path) -> None:
    timed = discovered(tmp_path / "out.json", {})
    for case, info in _catalog.catalog().items():
        if info.timed:
            for name, values in zip(info.params, timed[f"{case}.time_call"]["params"], strict=True):
                assert set(values) == {repr(point[name]) for point in _catalog.timed_points(info)}


def measure(tmp_path: Path, env: dict[str, str], name: str, params: dict[str, object], quick: bool = False) -> Any:
    """What asv's runner measures at one point, or its words where it measures nothing."""
    info = _catalog.catalog(env["TFDRIFT_CASES"])[name.rpartition(".")[0]]
    axes = discovered(tmp_path / "found.json", env)[name]["params"]
    index = 0
    for axis, value in zip(axes, params.values(), strict=True):
        index = index * len(axis) + axis.index(repr(value))
    assert list(params) == list(info.params)
    out = tmp_path / "result.json"
    extra = json.dumps({"number": 1, "repeat": 1, "warmup_time": 0, "rounds": 1} if quick else {})
    done = asv_runner("run._run(sys.argv[1:])", f"{name}-{index}", extra, "None", str(out), env=env)
    return json.loads(out.read_text()) if done.returncode == 0 else done.stdout + done.stderr


def test_a_sample_is_of_many_calls_each_timed_with_the_set_up_outside(tmp_path: Path, counting: dict[str, str]) -> None:
    case = tmp_path / "cases" / "small" / "count.py"
    calls = tmp_path / "calls"
    noted = f"return lambda: open({str(calls)!r}, 'a').write('x') and"
    case.write_text(CASE.replace("return lambda:", noted).replace('"traces": 7', '"traces": 1'))
    result = measure(tmp_path, counting, "small.count.time_call", {"answer": 1})
    assert result["number"] > 1  # asv takes 1 wherever there is a set-up, unless it is told
    assert len(result["samples"]) >= 2
    assert all(sample > 0 for sample in result["samples"])
    assert len(calls.read_text()) > len(result["samples"]) * result["number"]


def test_quick_calls_once(tmp_path: Path, env: dict[str, str]) -> None:
    result = measure(tmp_path, env, "timed.loop.time_call", {"kind": "right", "n": 2000}, quick=True)
    assert (result["number"], len(result["samples"])) == (1, 1)


def test_a_wrong_answer_is_refused(tmp_path: Path, env: dict[str, str]) -> None:
    words = measure(tmp_path, env, "timed.loop.time_call", {"kind": "wrong", "n": 2000})
    assert "NoValue: timed.loop[kind=wrong,n=2000]: wrong: sum" in words


@pytest.mark.parametrize(("kind", "n"), [("missing", 2000), ("wrong", 8000)])
def test_what_the_release_lacks_and_what_is_no_point_is_skipped(
    tmp_path: Path, env: dict[str, str], kind: str, n: int
) -> None:
    result = measure(tmp_path, env, "timed.loop.time_call", {"kind": kind, "n": n})
    assert result != result  # NaN: asv's n/a


def test_a_failure_leaves_its_reason_where_it_is_asked_to(tmp_path: Path, env: dict[str, str]) -> None:
    env["TFDRIFT_FAILURES"] = str(tmp_path / "failures.jsonl")
    for kind in ("wrong", "raising", "missing"):
        measure(tmp_path, env, "timed.loop.time_call", {"kind": kind, "n": 2000})
    reasons = [json.loads(line) for line in (tmp_path / "failures.jsonl").read_text().splitlines()]
    assert reasons == [
        {"case": "timed.loop", "point": "kind=wrong,n=2000", "why": "wrong: sum"},
        {"case": "timed.loop", "point": "kind=raising,n=2000", "why": "ValueError: no such loop"},
    ]


CASE = '''"""Counts and answers.

Oracle: 1, 1.
"""
PARAMS = {"answer": (1, 2, 3)}
TRACK = ("traces",)
TIMED = {"unit": "rows", "points": ({"answer": 1},)}
VERSION = 3


def oracle(answer):
    return {"traces": 1, "answer": 1} if answer < 3 else {"answer": 3}


def work(answer):
    return 1000


def build(answer):
    return lambda: {"traces": 7, "answer": answer} if answer < 3 else {"answer": 3}
'''


@pytest.fixture
def counting(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "cases" / "small").mkdir(parents=True)
    (tmp_path / "cases" / "small" / "count.py").write_text(CASE)
    return {"PYTHONPATH": str(HERE / "standin"), "TFDRIFT_CASES": str(tmp_path / "cases")}


def test_a_count_is_followed_although_it_is_not_the_oracles(tmp_path: Path, counting: dict[str, str]) -> None:
    assert measure(tmp_path, counting, "small.count.track_traces", {"answer": 1}) == 7
    assert "wrong: answer" in measure(tmp_path, counting, "small.count.track_traces", {"answer": 2})
    nothing = measure(tmp_path, counting, "small.count.track_traces", {"answer": 3})
    assert nothing != nothing  # NaN: where the right answer has no count
    # But a call that does more than it should is not timed.
    assert "wrong: traces" in measure(tmp_path, counting, "small.count.time_call", {"answer": 1})


SHARED = '''"""Counts, with what the asking does left in a file.

Oracle: 3, 3.
"""
import os
import time

PARAMS = {"n": (1, 2, 3, 4)}
TRACK = ("traces", "others")
ISOLATE = "case"
TIME_LIMIT_S = 8


def oracle(n):
    return {"traces": 3, "others": 3}


def build(n):
    with open(os.environ["BUILT"], "a") as stream:
        stream.write("{} {}\\n".format(n, os.getpid()))
    if n == 2 and "2" in os.environ.get("DIES", ""):
        os._exit(7)
    if n == 2 and "2" in os.environ.get("HANGS", ""):
        time.sleep(3600)
    return lambda: {"traces": n, "others": 10 * n}
'''
SERVER = "for each in sys.argv[4:]:\n    run._run([sys.argv[2], each, '{}', 'None', sys.argv[3] + each])"


@pytest.fixture
def sharing(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "cases" / "small").mkdir(parents=True)
    (tmp_path / "cases" / "small" / "count.py").write_text(SHARED)
    (tmp_path / "server").mkdir()
    cases = {"TFDRIFT_CASES": str(tmp_path / "cases"), "BUILT": str(tmp_path / "built")}
    return {"PYTHONPATH": str(HERE / "standin"), **cases}


def serve(tmp_path: Path, env: dict[str, str], *benchmarks: str) -> dict[str, Any]:
    """What processes of one fork server of asv measure, one after the other: its words where there is no value."""
    found = {}
    for each in benchmarks:
        command = [sys.executable, "-c", f"import sys; from asv_runner import run\n{SERVER}", "run_server"]
        command += [str(ROOT / "benchmarks"), str(tmp_path / "server" / "socket"), each]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        place = tmp_path / "server" / f"socket{each}"
        found[each] = json.loads(place.read_text()) if done.returncode == 0 else done.stderr
    return found


def built(tmp_path: Path) -> dict[str, list[str]]:
    """``{point: processes that built it}``."""
    found: dict[str, list[str]] = {}
    for line in (tmp_path / "built").read_text().splitlines():
        found.setdefault(line.split()[0], []).append(line.split()[1])
    return found


def test_one_process_answers_all_points_of_a_case_for_all_its_counts(tmp_path: Path, sharing: dict[str, str]) -> None:
    names = [f"small.count.track_{output}-{number}" for output in ("others", "traces") for number in range(4)]
    assert list(serve(tmp_path, sharing, *names).values()) == [10, 20, 30, 40, 1, 2, 3, 4]
    processes = built(tmp_path)
    assert list(processes) == ["1", "2", "3", "4"]
    assert len({tuple(each) for each in processes.values()}) == 1  # once each, and in the same one


def test_without_a_fork_server_a_process_answers_its_own_point_alone(tmp_path: Path, sharing: dict[str, str]) -> None:
    assert measure(tmp_path, sharing, "small.count.track_traces", {"n": 3}) == 3
    assert list(built(tmp_path)) == ["3"]


def test_a_case_that_wants_a_process_for_each_point_has_one(tmp_path: Path, sharing: dict[str, str]) -> None:
    path = tmp_path / "cases" / "small" / "count.py"
    path.write_text(SHARED.replace('ISOLATE = "case"', 'ISOLATE = "point"'))
    names = [f"small.count.track_{output}-{number}" for output in ("others", "traces") for number in (0, 1)]
    assert list(serve(tmp_path, sharing, *names).values()) == [10, 20, 1, 2]
    assert sorted(map(len, built(tmp_path).values())) == [1, 1]
    assert len(set(map(tuple, built(tmp_path).values()))) == 2


@pytest.mark.parametrize(("how", "words"), [("DIES", "its process ended by itself"), ("HANGS", "no answer within 8 s")])
def test_a_point_that_ends_its_process_costs_no_other_its_answer(
    tmp_path: Path, sharing: dict[str, str], how: str, words: str
) -> None:
    sharing[how] = "2"
    names = [f"small.count.track_traces-{number}" for number in range(4)]
    first, second, third, fourth = serve(tmp_path, sharing, *names).values()
    assert (first, third, fourth) == (1, 3, 4)
    assert f"small.count[n=2]: {'Exit' if how == 'DIES' else 'Timeout'}: {words}" in second
    assert {point: len(processes) for point, processes in built(tmp_path).items()} == {"1": 1, "2": 1, "3": 1, "4": 1}


def test_throughput_is_what_the_process_that_times_the_point_has_found(tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / "server").mkdir()
    axes = discovered(tmp_path / "found.json", env)["timed.loop.time_call"]["params"]
    number = axes[0].index("'right'") * len(axes[1]) + axes[1].index("4000")
    name = f"timed.loop.track_elements_per_s-{number}"
    serve(tmp_path, env, f"timed.loop.time_call-{number}")
    note = json.loads((tmp_path / "server" / "timed.loop-rates.jsonl").read_text())
    assert note["point"] == {"kind": "right", "n": 4000}
    assert serve(tmp_path, env, name) == {name: note["rate"]}
    (tmp_path / "server" / "timed.loop-rates.jsonl").unlink()
    assert serve(tmp_path, env, name)[name] > 0  # asked alone, it finds out for itself


@pytest.mark.parametrize("tracked", [True, False])
def test_files_that_are_left_lie_in_the_folder_that_asv_removes(
    tmp_path: Path, counting: dict[str, str], tracked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = tmp_path / "cases" / "small" / "count.py"
    left = CASE.replace("return lambda:", "import tempfile\n    tempfile.mkstemp(prefix='left-')\n    return lambda:")
    case.write_text(left.replace("7", "1"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")  # asv makes one for each process
    measure(tmp_path, counting, "small.count.track_traces" if tracked else "small.count.time_call", {"answer": 1}, True)
    assert len(list((tmp_path / "work").glob("left-*"))) == 1


def test_every_family_has_its_module() -> None:
    for info in _catalog.catalog().values():
        family = info.id.partition(".")[0]
        if info.timed or info.track:
            path = ROOT / "benchmarks" / f"{family}.py"
            assert path.exists(), f"to make asv find its benchmarks quickly, write {path} like its neighbours"
            assert f'_adapter.family("{family}")' in path.read_text()


def test_the_version_is_the_cases(tmp_path: Path, counting: dict[str, str]) -> None:
    assert {one["version"] for one in discovered(tmp_path / "a", counting).values()} == {"3"}
    case = tmp_path / "cases" / "small" / "count.py"
    case.write_text(CASE.replace("VERSION = 3", "VERSION = 4\n\n\n"))
    assert {one["version"] for one in discovered(tmp_path / "b", counting).values()} == {"4"}


def test_throughput_is_units_per_second(tmp_path: Path, counting: dict[str, str]) -> None:
    case = tmp_path / "cases" / "small" / "count.py"
    slow = CASE.replace("return lambda:", "import time\n    return lambda: time.sleep(0.01) or").replace("7", "1")
    case.write_text(slow)
    rate = measure(tmp_path, counting, "small.count.track_rows_per_s", {"answer": 1})
    assert 0 < rate <= 100_000  # 1000 rows in a hundredth of a second or more


def test_nothing_imports_tensorflow_before_a_benchmark_is_set_up_but_the_fork_server() -> None:
    for path in (ROOT / "benchmarks").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        ours = {"benchmarks": {"_adapter", "_answers", "_shared"}, "cases": {"_catalog"}}
        for node in top:
            module = (node.module if isinstance(node, ast.ImportFrom) else None) or ""
            if module in ours:
                assert {name.name for name in node.names} <= ours[module], path
            elif module != "cases._record":
                names = {module} if module else {name.name for name in node.names}
                assert names <= set(sys.stdlib_module_names), path
