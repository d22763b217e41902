"""A Python is believed after it was run: what fails, hangs or babbles is passed over, and quickly."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from releases import pythons
from releases.pythons import ONLY, find

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake Pythons are shell scripts")

ANSWER = {
    "version": "3.10.5",
    "lane": "3.10",
    "cpython": True,
    "bits": 64,
    "gil": True,
    "conda": False,
    "virtual": False,
    "executable": "/real/python3.10",
    "prefix": "/real",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which only what a test puts there can be found."""
    monkeypatch.delenv(ONLY, raising=False)
    for name in ("HOME", "PYENV_ROOT", "XDG_DATA_HOME", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "_base_executable", "/no/such/python")
    return tmp_path


def fake(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def says(path: Path, **changes: object) -> Path:
    """A fake Python with this answer."""
    count = path.parent / f"{path.name}.asked"
    answer = json.dumps({**ANSWER, "executable": str(path), **changes})
    return fake(path, f"echo asked >> '{count}'\necho hello from a site hook\necho 'tfdrift-python {answer}'")


def asked(path: Path) -> int:
    return len((path.parent / f"{path.name}.asked").read_text(encoding="utf-8").split())


def test_this_python_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ONLY, sys.executable)
    lane = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = find()
    assert list(found) == [lane]
    assert found[lane].path.resolve() == Path(sys._base_executable).resolve()  # type: ignore[attr-defined]


def test_path_pyenv_and_uv_are_searched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = says(folder / "python3.8", lane="3.8", version="3.8.1")
    pyenv = says(folder / "pyenv/versions/3.7.16/bin/python", lane="3.7", version="3.7.16")
    uv = says(folder / "uv/cpython-3.12/bin/python3", lane="3.12", version="3.12.0+")
    monkeypatch.setenv("PYENV_ROOT", str(folder / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(folder / "uv"))
    found = find()
    assert {lane: one.path for lane, one in found.items()} == {"3.7": pyenv, "3.8": on_path, "3.12": uv}
    assert list(found) == ["3.7", "3.8", "3.12"]
    assert found["3.12"].version == "3.12.0"
    monkeypatch.setenv(ONLY, str(uv))
    assert list(find()) == ["3.12"]


def test_the_newest_patch_of_a_lane_wins(folder: Path) -> None:
    says(folder / "python3", version="3.10.9")
    newest = says(folder / "python3.10", version="3.10.13")
    says(folder / "python", version="3.10.13rc1")
    assert find()["3.10"].path == newest


@pytest.mark.parametrize(
    "changes",
    [
        {"cpython": False},
        {"bits": 32},
        {"gil": False},
        {"conda": True},
        {"version": "three"},
        {"lane": None, "bits": 0},
    ],
)
def test_what_tensorflow_has_no_wheels_for_is_passed_over(folder: Path, changes: dict[str, object]) -> None:
    says(folder / "python3", **changes)
    assert find() == {}


@pytest.mark.parametrize(
    "script",
    [
        "echo pyenv: python3.9: command not found >&2; exit 127",
        "echo 'tfdrift-python {'",
        "echo 'tfdrift-python 5'",
        "echo 'tfdrift-python {}'",
        "printf '\\377\\376'; head -c 3000000 /dev/zero",
        "echo 'tfdrift-python " + json.dumps(ANSWER) + "'; exit 1",
        "kill -9 $$",
        "",
    ],
)
def test_what_fails_or_babbles_is_passed_over_in_silence(
    folder: Path, script: str, capfd: pytest.CaptureFixture[str]
) -> None:
    fake(folder / "python3.9", script)
    good = says(folder / "python3.10")
    assert {lane: one.path for lane, one in find().items()} == {"3.10": good}
    assert capfd.readouterr() == ("", "")


def test_what_hangs_costs_the_time_limit_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own children hold no pipe of ours open, and several are waited for at the same time."""
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(pythons, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(pythons, "_candidates", lambda: iter(paths))
    paths = [fake(folder / f"python3.{minor}", "sleep 60 & sleep 60") for minor in (7, 8, 9)]
    paths.append(says(folder / "python3.10"))
    start = time.monotonic()
    assert list(find(folder / "cache.json")) == ["3.10"]
    assert time.monotonic() - start < 5
    start = time.monotonic()
    assert list(find(folder / "cache.json")) == ["3.10"]
    assert time.monotonic() - start < 0.4, "the cache did not spare the second wait"


def test_links_to_one_file_are_asked_once(folder: Path) -> None:
    real = says(folder / "python3.10")
    (folder / "python3").symlink_to(real)
    (folder / "python").symlink_to(folder / "loop")
    (folder / "loop").symlink_to(folder / "python")
    assert find()["3.10"].path == real
    assert asked(real) == 1


def test_a_virtualenv_gives_the_python_behind_it(folder: Path) -> None:
    says(folder / "python3", virtual=True, executable="/usr/bin/python3.10")
    assert find()["3.10"].path == Path("/usr/bin/python3.10")


def test_the_cache_is_used_and_never_trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = says(folder / "python3")
    cache = folder / "build" / "pythons.json"
    first = find(cache)
    assert find(cache) == first
    assert asked(python) == 1
    for broken in ("", "[]", '{"cache_version": 1, "pythons": 3}', '{"cache_version": 99}', "\udcff"):
        cache.write_text(broken, encoding="utf-8", errors="surrogateescape")
        assert find(cache) == first
    assert asked(python) == 6
    stored = json.loads(cache.read_text(encoding="utf-8"))
    stored["pythons"][str(python)]["answer"] = {"version": "9"}
    cache.write_text(json.dumps(stored), encoding="utf-8")
    assert find(cache) == {}, "an answer that is remembered is read as strictly as a fresh one"
    says(python, version="3.10.99")  # another file now: size and time differ
    assert find(cache)["3.10"].version == "3.10.99"
    # What a script says may change without the script.
    monkeypatch.setattr(pythons, "FORGET_S", -1.0)
    count = asked(python)
    find(cache)
    assert asked(python) == count + 1


def test_a_binary_is_remembered_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ONLY, sys.executable)
    first = find(tmp_path / "cache.json")
    monkeypatch.setattr(pythons, "FORGET_S", -1.0)
    monkeypatch.setattr(pythons, "_ask", lambda path: pytest.fail(f"{path} was asked again"))
    assert find(tmp_path / "cache.json") == first


def test_a_cache_that_cannot_be_written_is_done_without(folder: Path) -> None:
    says(folder / "python3")
    (folder / "file").write_text("", encoding="utf-8")
    assert list(find(folder / "file" / "cache.json")) == ["3.10"]
