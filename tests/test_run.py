"""A run does what is missing or stale, and nothing else; a kill at any moment leaves a store that the next run completes."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from cases import _catalog
from cases._record import load_unit
from matrix import environments, locking, options, run
from matrix.paths import UsageError
from matrix.store import Store
from releases import table
from releases.legs import Leg
from releases.pythons import Interpreter
from releases.table import Variant

ROOT = Path(__file__).resolve().parent.parent
HERE = Interpreter("3.10", "3.10.0", Path(sys.executable))


def standin_leg(standin: Mapping[str, str]) -> Leg:
    variant = Variant("standin", "a stand-in for TensorFlow", (), standin, {}, ("3.10",))
    return Leg(table.load().releases[-1], "3.10", variant)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build folder of its own, and this Python with the stand-in as the leg's virtualenv."""
    monkeypatch.setattr(run, "RECORDS", tmp_path / "records")
    monkeypatch.setattr(run, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(locking, "BUILD", tmp_path)
    monkeypatch.setattr(environments, "ensure", lambda *_: Path(sys.executable))
    monkeypatch.setattr(environments, "lock_digest", lambda _: "lock")
    return tmp_path


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "cases" / "broken"
    shutil.copytree(ROOT / "tests" / "broken_cases" / "broken", folder)
    return folder


def chosen(family: Path, *names: str) -> dict[str, _catalog.CaseInfo]:
    catalog = _catalog.catalog(str(family.parent))
    return {f"broken.{name}": catalog[f"broken.{name}"] for name in names}


def stamps(build: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (build / "records").glob("*/*.jsonl")}


def ask(build: Path, family: Path, standin: Mapping[str, str], *names: str, words: str = "") -> dict[str, int]:
    run.run_leg(standin_leg(standin), HERE, chosen(family, *names), options.parse(words.split()))
    return stamps(build)


def test_a_second_run_asks_nothing_and_a_fresh_one_all(build: Path, family: Path, standin: dict[str, str]) -> None:
    first = ask(build, family, standin, "right", "leak")
    assert len(first) == 2
    assert ask(build, family, standin, "right", "leak") == first
    again = ask(build, family, standin, "right", "leak", words="--fresh")
    assert all(again[name] > first[name] for name in first)


def test_only_what_changed_is_asked_again(
    build: Path, family: Path, standin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(build, family, standin, "right", "leak")
    (family / "right.py").write_text((family / "right.py").read_text() + "\n# changed\n")
    second = ask(build, family, standin, "right", "leak")
    assert {name for name in first if second[name] != first[name]} == {"broken.right.jsonl"}
    assert ask(build, family, standin, "right", "leak", words="--time-limit 7") != second
    second = ask(build, family, standin, "right", "leak")
    monkeypatch.setattr(environments, "lock_digest", lambda _: "another lock")
    third = ask(build, family, standin, "right", "leak")
    assert all(third[name] > second[name] for name in second)


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty"])
def test_a_damaged_unit_is_asked_again(build: Path, family: Path, standin: dict[str, str], damage: str) -> None:
    ask(build, family, standin, "right")
    (path,) = (build / "records").glob("*/*.jsonl")
    whole = path.read_bytes()
    path.write_bytes({"truncate": whole[:-9], "flip": whole[:-9] + b"x" + whole[-8:], "empty": b""}[damage])
    (unit,) = Store(build / "records").units()
    assert unit.problem is not None
    ask(build, family, standin, "right")
    assert [record["outcome"] for record in load_unit(path.read_bytes())[1]] == ["match"] * 3


def test_a_read_only_store_is_one_clear_error(
    build: Path, family: Path, standin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matrix.store.tempfile.mkstemp", full)
    with pytest.raises(UsageError, match=r"broken\.right\.jsonl cannot be written: No space left on device"):
        ask(build, family, standin, "right")
    assert stamps(build) == {}
    assert list((build / "scratch").iterdir()) == []


def test_an_environment_without_tensorflow_is_one_clear_error(build: Path, family: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be imported: .*No module named 'tensorflow'"):
        ask(build, family, {}, "right")


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from cases import _catalog
from matrix import environments, options, run
environments.ensure = lambda *_: Path(sys.executable)
environments.lock_digest = lambda _: "lock"
sys.path.insert(0, {tests!r})
from test_run import HERE, standin_leg
catalog = _catalog.catalog({cases!r})
cases = {{name: catalog[name] for name in ("broken.leak", "broken.right", "broken.wrong")}}
print("ready", flush=True)
run.run_leg(standin_leg({standin!r}), HERE, cases, options.parse([]))
"""


@contextlib.contextmanager
def running(build: Path, family: Path, standin: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    script = SCRIPT.format(root=str(ROOT), tests=str(ROOT / "tests"), cases=str(family.parent), standin=dict(standin))
    env = {**os.environ, "TFDRIFT_BUILD": str(build)}
    with subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def test_a_kill_at_any_moment_leaves_a_store_that_the_next_run_completes(
    build: Path, family: Path, standin: dict[str, str]
) -> None:
    moments = random.Random(0)
    for _ in range(6):
        with running(build, family, standin) as process:
            time.sleep(moments.uniform(0.0, 1.2))
            children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.kill()
        _, alive = psutil.wait_procs(children, timeout=5)
        assert alive == []
        for path in (build / "records").glob("*/*.jsonl"):
            load_unit(path.read_bytes())
    before = stamps(build)
    with running(build, family, standin) as process:
        process.communicate()
    assert process.returncode == 0
    after = stamps(build)
    assert set(after) == {"broken.leak.jsonl", "broken.right.jsonl", "broken.wrong.jsonl"}
    assert all(after[name] == before[name] for name in before)
    assert list((build / "scratch").iterdir()) == []
    assert [path for path in (build / "records").glob("*/.*") if path.name != "environment.json"] == []


def test_a_second_run_on_the_same_leg_says_so_and_waits(build: Path, family: Path, standin: dict[str, str]) -> None:
    leg = standin_leg(standin)
    with locking.leg_lock(leg.id), running(build, family, standin) as process:
        assert process.stdout is not None
        assert re.search("another run is at work on this leg", process.stdout.readline())
        time.sleep(0.3)
        assert process.poll() is None
        assert stamps(build) == {}
        process.kill()
    with running(build, family, standin) as process:
        process.communicate()
    assert len(stamps(build)) == 3
