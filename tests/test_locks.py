"""Every release has a lock that agrees with the table, and each way of disagreeing is noticed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from releases import __main__ as command
from releases import lock, uv
from releases.check import check
from releases.table import LOCKS, Table, load


@pytest.fixture(scope="module")
def table() -> Table:
    return load()


def test_every_release_has_a_lock_that_agrees_with_the_table(table: Table) -> None:
    assert check(table) == []


def test_locks_name_no_host_and_no_folder_of_one_machine() -> None:
    for path in LOCKS.iterdir():
        text = path.read_text(encoding="utf-8")
        assert path.suffix == ".txt"
        assert "://" not in text, path
        assert "index-url" not in text, path
        assert "find-links" not in text, path
        assert "/work" not in text, path
        assert "/home" not in text, path


def edit(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        path = folder / name
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    return do


def without_hashes(text: str) -> str:
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("numpy=="))
    end = next(number for number in range(at + 1, len(lines)) if not lines[number].startswith(" "))
    return "\n".join([*lines[:at], lines[at].rstrip(" \\"), *lines[end:]])


DAMAGE: list[tuple[Callable[[Path], object], str]] = [
    (lambda folder: (folder / "tf2.15.1.txt").unlink(), "tf2.15.1.txt: there is no such lock"),
    (lambda folder: (folder / "driver.txt").unlink(), "driver.txt: there is no such lock"),
    (lambda folder: (folder / "tf2.21.0-tfkeras.txt").unlink(), "tf2.21.0-tfkeras.txt: there is no such lock"),
    (lambda folder: (folder / "tf2.15.0.txt").touch(), "there is no row in releases.toml for this lock"),
    (edit("tf2.15.1.txt", lambda text: text.replace("cpu==2.15.1", "cpu==2.15.0")), "pins tensorflow-cpu 2.15.0"),
    (edit("tf2.15.1.txt", lambda text: text.replace("asv-runner==", "asv==")), "does not pin asv-runner"),
    (edit("tf2.21.0-tfkeras.txt", lambda text: text.replace("tf-keras==2.21", "tf-keras==2.20")), "and not ~=2.21.0"),
    (edit("tf2.15.1.txt", lambda text: text.replace("_until: 2024", "_until: 2023")), "where the table gives"),
    (edit("tf2.15.1.txt", lambda text: text.replace("lock -- 2.15.1", "lock -- 2.15.0")), "where the table gives"),
    (edit("tf2.15.1.txt", without_hashes), "has no hash"),
    (edit("tf2.15.1.txt", lambda text: text + "--index-url https://example.org\n"), "names an index"),
    (edit("tf2.15.1.txt", lambda text: text + "numpy>=1\n"), "is no pinned package"),
    (edit("driver.txt", lambda text: text.replace("pandas==", "panda==")), "does not pin pandas"),
    (lambda folder: (folder / "mutation.txt").unlink(), "mutation.txt: there is no such lock"),
]


@pytest.mark.parametrize(("damage", "words"), DAMAGE, ids=[words for _, words in DAMAGE])
def test_a_lock_that_disagrees_is_noticed(
    table: Table, tmp_path: Path, damage: Callable[[Path], object], words: str
) -> None:
    folder = tmp_path / "locks"
    shutil.copytree(LOCKS, folder)
    damage(folder)
    problems = check(table, folder=folder)
    assert problems
    assert any(words in problem for problem in problems), problems
    assert all("nox -s lock -- " in problem or "git rm" in problem for problem in problems)


def test_a_row_that_moves_on_makes_its_lock_stale(table: Table) -> None:
    rows = tuple(
        replace(row, locked_until=date(2030, 1, 1)) if row.version == "2.15.1" else row for row in table.releases
    )
    assert len(check(replace(table, releases=rows))) == 1
    assert check(replace(table, releases=rows), ["2.16.2"]) == []


class Uv:
    """Stands in for uv: keeps what it was asked, and answers."""

    def __init__(self, status: int = 0) -> None:
        self.status = status
        self.asked: list[str] = []

    def __call__(self, asked: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        self.asked = asked
        self.files = {path.name: path.read_text("utf-8") for path in Path(str(options["cwd"])).iterdir()}
        return subprocess.CompletedProcess(asked, self.status, "six==1.0 \\\n    --hash=sha256:0\n", "it did not fit")


def test_a_lock_depends_on_dates_and_not_on_the_person(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = Uv()
    monkeypatch.setattr(subprocess, "run", fake)
    release = next(row for row in table.releases if row.version == "2.18.1")
    path = lock.make(release, table, table.variants["tfkeras"], tmp_path)
    text = path.read_text(encoding="utf-8")
    assert path.name == "tf2.18.1-tfkeras.txt"
    assert f"nox -s lock -- 2.18.1\n# locked_until: {release.locked_until}\n" in text
    asked = " ".join(fake.asked)
    assert f"--exclude-newer {release.locked_until}T00:00:00Z" in asked
    assert "--exclude-newer-package asv-runner=2026-10-20T00:00:00Z" in asked
    assert "--python-version 3.9 " in asked
    assert "tf-keras~=2.18.0" in fake.files["wanted.txt"]
    assert 'tensorflow-intel ; sys_platform == "never"' in fake.files["overrides.txt"]
    assert [one.name for one in tmp_path.iterdir()] == [path.name], "something was left beside the lock"


def test_a_lock_that_fails_leaves_the_old_one_and_says_what_to_do(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", Uv(status=1))
    release = table.releases[0]
    old = tmp_path / f"tf{release.version}.txt"
    old.write_text("old", encoding="utf-8")
    with pytest.raises(lock.LockError) as caught:
        lock.make(release, table, None, tmp_path)
    assert "it did not fit" in str(caught.value)
    assert f"nox -s lock -- {release.version}" in str(caught.value)
    assert old.read_text(encoding="utf-8") == "old"


def test_uv_is_found_or_how_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    uv.uv_binary.cache_clear()
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(uv.UvMissing, match="pip install uv"):
        uv.uv_binary()
    (tmp_path / "uv").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "uv").chmod(0o755)
    assert uv.uv_binary() == str(tmp_path / "uv")
    uv.uv_binary.cache_clear()


def test_the_command_has_an_exit_status(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["lock", "2.15", "--check"]) == 0
    assert command.main(["list"]) == 0
    assert "tf2.15.1-py3.10" in capsys.readouterr().out
    assert command.main(["lock", "2.99"]) == 2
    assert capsys.readouterr().err.startswith('error: there is no release "2.99"')
    monkeypatch.setattr(command, "check", lambda *_: ["a problem"])
    assert command.main(["lock", "all", "--check"]) == 1
    assert capsys.readouterr().err == "a problem\n"
    monkeypatch.setattr(subprocess, "run", Uv(status=1))
    assert command.main(["lock", "2.15.1"]) == 2
    assert "it did not fit" in capsys.readouterr().err
