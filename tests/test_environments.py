"""A leg's virtualenv is made from its lock alone, mended when it is damaged, and refused with one clear error."""

from __future__ import annotations

import base64
import hashlib
import shutil
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from matrix import environments, virtualenv
from matrix.paths import UsageError
from releases import table
from releases.pythons import Interpreter

HERE = Interpreter("3.10", "3.10.0", Path(sys.executable))


@dataclass(frozen=True)
class SmallLeg:
    """As much of a leg as the virtualenv needs, with a lock of its own."""

    lock: Path
    id: str = "tf2.99.0-py3.10"
    release: Any = None
    variant: Any = None


def wheel(folder: Path) -> str:
    """A package of one module, built by hand; returns the wheel's sha256."""
    files = {"tiny/__init__.py": b"answer = 42\n", "tiny/data.txt": b"data\n"}
    info = "tiny-1.0.dist-info"
    files[f"{info}/METADATA"] = b"Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    digests = {
        name: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        for name, data in files.items()
    }
    rows = [f"{name},sha256={digests[name]},{len(data)}" for name, data in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    path = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def leg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallLeg:
    monkeypatch.setattr(environments, "VENVS", tmp_path / "venvs")
    digest = wheel(tmp_path)
    lock = tmp_path / "lock.txt"
    lock.write_text(f"--no-index\n--find-links {tmp_path}\ntiny==1.0 --hash=sha256:{digest}\n")
    return SmallLeg(lock, release=table.load().releases[-1])


def ensure(leg: SmallLeg) -> list[str]:
    said: list[str] = []
    python = environments.ensure(leg, HERE, said.append)  # type: ignore[arg-type]
    assert python.exists()
    return said


def module(leg: SmallLeg) -> Path:
    (path,) = environments.folder(leg).glob("[Ll]ib/**/site-packages/tiny")  # type: ignore[arg-type]
    return path


def test_it_is_made_once(leg: SmallLeg) -> None:
    assert "installing" in ensure(leg)[0]
    assert (module(leg) / "__init__.py").exists()
    assert ensure(leg) == []


def test_it_is_made_anew_when_files_are_gone(leg: SmallLeg) -> None:
    ensure(leg)
    (module(leg) / "data.txt").unlink()
    said = ensure(leg)
    assert said[0].startswith("tf2.99.0-py3.10: 1 files are gone from its virtualenv (tiny/data.txt)")
    assert (module(leg) / "data.txt").exists()
    shutil.rmtree(environments.folder(leg) / "bin")  # type: ignore[arg-type]
    assert "are gone" in ensure(leg)[0]


def test_it_is_made_anew_when_it_was_not_finished_or_the_lock_changed(leg: SmallLeg) -> None:
    ensure(leg)
    (environments.folder(leg) / environments.MARKER).unlink()  # type: ignore[arg-type]
    assert "installing" in ensure(leg)[0]
    leg.lock.write_text(leg.lock.read_text() + "# another date\n")
    assert "installing" in ensure(leg)[0]
    assert ensure(leg) == []


def test_a_wrong_hash_is_refused(leg: SmallLeg) -> None:
    text = leg.lock.read_text()
    leg.lock.write_text(text[:-9] + "00000000\n")
    with pytest.raises(UsageError, match=r"(?s)cannot be made.*disagree.*nox -s lock -- 2\.21\.0"):
        ensure(leg)
    leg.lock.write_text(text)
    ensure(leg)


def test_an_index_that_cannot_be_reached_is_named(leg: SmallLeg, monkeypatch: pytest.MonkeyPatch) -> None:
    leg.lock.write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.delenv("UV_FIND_LINKS", raising=False)
    with pytest.raises(UsageError, match=r"index cannot be reached; once it can: nox -s"):
        ensure(leg)


def test_a_lock_that_is_missing_is_named_with_the_command_that_makes_it(leg: SmallLeg) -> None:
    with pytest.raises(UsageError, match=r"is missing\. Make it: nox -s lock -- 2\.21\.0"):
        ensure(replace(leg, lock=leg.lock.with_name("none.txt")))


def test_a_full_disk_is_named(leg: SmallLeg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "uv"
    fake.write_text("#!/bin/sh\necho 'error: failed to write: No space left on device (os error 28)' >&2\nexit 2\n")
    fake.chmod(0o755)
    monkeypatch.setattr(virtualenv, "uv_binary", lambda: str(fake))
    with pytest.raises(UsageError, match=r"No space left on device.*Free some space"):
        ensure(leg)


def test_a_build_that_is_in_no_table_has_no_session_of_its_own(leg: SmallLeg, tmp_path: Path) -> None:
    of_nobody = replace(leg, release=replace(leg.release, locks=tmp_path), lock=leg.lock.with_name("none.txt"))
    with pytest.raises(UsageError, match=r"Make it: delete .*none\.txt, then run the same nox command again"):
        ensure(of_nobody)
