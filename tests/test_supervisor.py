"""Whatever a case does to its process, each point has one record that says so, and the next case runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from cases import _catalog
from matrix.processes import WorkerError
from matrix.supervisor import Supervisor

ROOT = Path(__file__).resolve().parent.parent
BROKEN = _catalog.catalog(str(ROOT / "tests" / "broken_cases"))


@pytest.fixture(params=["fork", "spawn"])
def supervisor(request: pytest.FixtureRequest, tmp_path: Path, standin: dict[str, str]) -> Iterator[Supervisor]:
    with Supervisor("leg", Path(sys.executable), tmp_path / "scratch", env=standin, isolate=request.param) as made:
        yield made


def ask(supervisor: Supervisor, case: str, **fixed: Any) -> list[dict[str, Any]]:
    info = BROKEN[f"broken.{case}"]
    points = [p for p in _catalog.points(info) if all(p[name] == value for name, value in fixed.items())]
    return supervisor.ask(info, points)


def test_right_answers_match_and_the_observed_versions_are_kept(supervisor: Supervisor) -> None:
    records = ask(supervisor, "right")
    assert [record["outcome"] for record in records] == ["match"] * 3
    assert [record["point"] for record in records] == ["n=1", "n=2", "n=3"]
    assert supervisor.about is not None
    assert supervisor.about["versions"]["tensorflow"] == "2.99.0"
    assert all(record["peak_memory_bytes"] > 1e6 for record in records)


@pytest.mark.parametrize(
    ("how", "outcome", "error_type"),
    [
        ("raise", "raised", "ValueError"),
        ("system_exit", "raised", "SystemExit"),
        ("hang", "timeout", "Timeout"),
        ("exit", "crashed", "Exit"),
        ("kill", "crashed", "SIGKILL"),
        ("segfault", "crashed", "SIGSEGV"),
        ("abort", "crashed", "SIGABRT"),
        ("recurse", "crashed", "SIGSEGV"),
        ("memory", "crashed", "MemoryLimit"),
        ("shout", "match", None),
        ("close", "match", None),
        ("threads", "match", None),
        ("no_folder", "match", None),
        ("no_environment", "match", None),
    ],
)
def test_a_broken_point_costs_itself_only(
    supervisor: Supervisor, how: str, outcome: str, error_type: str | None
) -> None:
    if how == "recurse" and sys.version_info >= (3, 11):
        outcome, error_type = "crashed", "MemoryLimit"  # Python frames no longer use the C stack
    if how in ("recurse", "memory"):
        supervisor.time_limit_s = 60.0  # a busy machine hands its memory out slowly
    records = ask(supervisor, "middle", how=how)
    assert [record["outcome"] for record in records] == ["match", outcome, "match"]
    assert records[1]["error_type"] == error_type
    assert [record["outcome"] for record in ask(supervisor, "right")] == ["match"] * 3


def test_a_result_that_cannot_be_read_is_a_crash(supervisor: Supervisor) -> None:
    records = ask(supervisor, "middle", how="garble")
    assert [record["outcome"] for record in records] == ["match", "crashed", "match"]
    assert records[1]["error_type"] in ("GarbledResult", "Exit")


@pytest.mark.parametrize(
    ("case", "outcome", "error_type"),
    [("import_error", "raised", "ModuleNotFoundError"), ("import_crash", "crashed", "Exit")],
)
def test_a_case_that_cannot_be_imported_says_so_at_every_point(
    supervisor: Supervisor, case: str, outcome: str, error_type: str
) -> None:
    records = ask(supervisor, case)
    assert [(record["outcome"], record["error_type"]) for record in records] == [(outcome, error_type)] * 2


def test_every_kind_of_wrong_answer_is_a_mismatch(supervisor: Supervisor) -> None:
    records = {record["params"]["what"]: record for record in ask(supervisor, "wrong")}
    assert {what for what, record in records.items() if record["outcome"] != "mismatch"} == {"object"}
    assert records["object"]["outcome"] == "raised"
    assert {what: record["explanation"] for what, record in records.items() if record["explanation"]} == {
        "explained": "twice"
    }
    assert records["nan"]["outputs"]["numbers"]["non_finite"] == 1
    assert records["shape"]["message"] == "numbers: shape (1, 3) where (3,) is right"


def test_points_can_have_a_process_each(supervisor: Supervisor) -> None:
    assert [record["outcome"] for record in ask(supervisor, "leak")] == ["match", "match"]


def test_nothing_outlives_the_supervisor(supervisor: Supervisor) -> None:
    record = ask(supervisor, "children")[0]
    assert record["outcome"] == "timeout"
    supervisor.__exit__(None, None, None)
    left = [
        process for process in psutil.process_iter(["cmdline"]) if "time.sleep(986)" in str(process.info["cmdline"])
    ]
    assert psutil.wait_procs(left, timeout=5)[1] == []
    assert not supervisor.scratch.exists()


def test_a_worker_that_is_killed_costs_one_point(tmp_path: Path, standin: dict[str, str]) -> None:
    with Supervisor("leg", Path(sys.executable), tmp_path / "scratch", env=standin) as supervisor:
        supervisor.start()
        begun = time.monotonic()

        def kill_the_worker() -> None:
            if time.monotonic() - begun > 0.5 and supervisor._worker is not None and not supervisor._worker.gone:
                os.kill(supervisor._worker.process.pid, signal.SIGKILL)

        supervisor.tick = kill_the_worker
        records = ask(supervisor, "middle", how="hang")
        supervisor.tick = lambda: None
        assert records[1]["outcome"] in ("crashed", "timeout")
        assert [record["outcome"] for record in ask(supervisor, "right")] == ["match"] * 3


def test_killing_the_supervisor_leaves_no_process(tmp_path: Path, standin: dict[str, str]) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent.parent)!r})
from pathlib import Path
from cases import _catalog
from matrix.supervisor import Supervisor
info = _catalog.catalog({str(Path(__file__).parent / "broken_cases")!r})["broken.middle"]
with Supervisor("leg", Path(sys.executable), Path({str(tmp_path / "s")!r}), env={standin!r}) as supervisor:
    supervisor.start()
    print("ready", flush=True)
    supervisor.ask(info, [dict(how="hang", n=2)])
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) == 2
        process.kill()
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_an_interpreter_without_tensorflow_says_what_it_printed(tmp_path: Path) -> None:
    supervisor = Supervisor("leg", Path(sys.executable), tmp_path / "scratch")
    with supervisor, pytest.raises(WorkerError, match="No module named 'tensorflow'"):
        supervisor.start()
    supervisor = Supervisor("leg", tmp_path / "no-python", tmp_path / "scratch")
    with supervisor, pytest.raises(WorkerError, match="cannot be started"):
        supervisor.start()


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was ended by SIGSEGV"),
        ("os._exit(3)", "exited with status 3"),
        ("raise ImportError('no such symbol')", "ImportError: no such symbol"),
    ],
)
def test_an_import_that_fails_is_told_from_one_that_does_not_come_back(tmp_path: Path, does: str, said: str) -> None:
    (tmp_path / "tensorflow.py").write_text(f"import os, signal\n{does}\n")
    env = {"PYTHONPATH": f"{ROOT}:{tmp_path}"}
    made = Supervisor("leg", Path(sys.executable), tmp_path / "scratch", env=env, isolate="fork")
    with made, pytest.raises(WorkerError, match=said):
        made.start()
