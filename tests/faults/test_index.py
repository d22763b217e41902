"""An index that fails in the middle, a virtualenv or a cache that somebody deletes: one clear error, the next try mends it."""

from __future__ import annotations

import hashlib
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from standin_index import StandinIndex, serve, standin, use

from matrix import environments
from releases import table
from releases.pythons import Interpreter
from releases.table import Variant
from tests.faults.tally import many, survived

VERSION = "{}.{}.{}".format(*sys.version_info[:3])
HERE = Interpreter(VERSION.rpartition(".")[0], VERSION, Path(sys.executable))


class Leg:
    """As much of a leg as its virtualenv needs."""

    id = "tf2.99.0-py3.10"
    release = table.load().releases[-1]
    variant: Variant | None = None

    def __init__(self, lock: Path) -> None:
        self.lock = lock


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandinIndex]:
    """An index that has the stand-in, of a size that takes more than one read."""
    monkeypatch.setattr(environments, "VENVS", tmp_path / "venvs")
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "2")
    with serve(StandinIndex(tmp_path / "index")) as served:
        noise = random.Random(0).randbytes(200_000).hex()
        served.add(standin(served.folder, "2.99.0", f"NOISE = {noise!r}"))
        use(served, monkeypatch, tmp_path / "cache")
        yield served


@pytest.fixture
def leg(index: StandinIndex, tmp_path: Path) -> Leg:
    (wheel,) = index.folder.glob("*.whl")
    lock = tmp_path / "lock.txt"
    lock.write_text(f"tensorflow==2.99.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    return Leg(lock)


def ensure(leg: Leg) -> list[str]:
    said: list[str] = []
    python = environments.ensure(leg, HERE, said.append)  # type: ignore[arg-type]
    assert python.exists()
    assert environments.missing_files(leg) == []  # type: ignore[arg-type]
    return said


@pytest.mark.parametrize("trouble", ["half", "500", "hang"])
def test_index(trouble: str, index: StandinIndex, leg: Leg, tmp_path: Path) -> None:
    times = many(1, 5)
    for _ in range(times):
        shutil.rmtree(tmp_path / "venvs", ignore_errors=True)
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        index.trouble = trouble
        with pytest.raises(
            environments.CannotInstall, match=r"its virtualenv cannot be made\..*(Next|once it can): nox -s"
        ):
            environments.ensure(leg, HERE, print)  # type: ignore[arg-type]
        assert not environments.is_made(leg, HERE)  # type: ignore[arg-type]
        index.trouble = None
        assert "installing" in ensure(leg)[0]
    means = {"half": "stops in the middle of a wheel", "500": "answers 500", "hang": "hangs"}[trouble]
    survived(f"an index that {means}", times, "one error with the next command; the next try installs")


def test_wrong_hash(leg: Leg) -> None:
    right = leg.lock.read_text()
    leg.lock.write_text(right.partition("sha256:")[0] + f"sha256:{'0' * 64}\n")
    with pytest.raises(environments.CannotInstall, match="disagree"):
        environments.ensure(leg, HERE, print)  # type: ignore[arg-type]
    leg.lock.write_text(right)
    assert "installing" in ensure(leg)[0]
    survived("a lock with a wrong hash", 1, "refused, nothing installed, one error with the next command")


def test_half_deleted_virtualenv(leg: Leg) -> None:
    ensure(leg)
    luck = random.Random(0)
    times = many(2, 20)
    for _ in range(times):
        files = sorted(path for path in environments.folder(leg).glob("**/site-packages/**/*") if path.is_file())  # type: ignore[arg-type]
        for path in luck.sample(files, len(files) // 2):
            path.unlink()
        assert environments.missing_files(leg) != []  # type: ignore[arg-type]
        said = ensure(leg)
        assert any("are gone" in line or "installing" in line for line in said)
    survived("half of a virtualenv's files deleted", times, "noticed and made anew")


def test_cache_removed(leg: Leg, tmp_path: Path) -> None:
    ensure(leg)
    shutil.rmtree(tmp_path / "cache")
    assert ensure(leg) == []
    shutil.rmtree(tmp_path / "venvs")
    assert "installing" in ensure(leg)[0]
    survived("uv's cache removed", 2, "virtualenvs stay usable, and new ones are made")
