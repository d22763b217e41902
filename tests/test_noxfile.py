"""What nox lists, selects and refuses, as its users type it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from releases import pythons, table

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def python(lane: str) -> Path:
    found = pythons.find()
    if lane not in found:
        pytest.skip(f"no Python {lane} on this machine")
    return found[lane].path


@pytest.fixture
def nox(tmp_path: Path) -> Run:
    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "nox", *arguments],
            cwd=ROOT,
            env={**os.environ, "TFDRIFT_BUILD": str(tmp_path), **env},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def listed(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 0, done.stderr
    return [entry["session"] for entry in json.loads(done.stdout) if entry["name"] == "matrix"]


def test_every_release_that_a_python_here_can_run_is_listed(nox: Run) -> None:
    lanes = set(pythons.find())
    wanted = {release.version for release in table.load().releases if lanes & set(release.pythons)}
    assert {name.split("(tf")[1].split("-")[0] for name in listed(nox("-l", "--json", "-s", "matrix"))} == wanted


def test_one_python_gives_the_releases_that_run_on_it(nox: Run) -> None:
    only = str(python(".".join(map(str, sys.version_info[:2]))))
    lane = ".".join(map(str, sys.version_info[:2]))
    names = listed(nox("-l", "--json", "-s", "matrix", TFDRIFT_PYTHONS=only))
    assert names == [
        f"matrix(tf{release.version}-py{lane})" for release in table.load().releases if lane in release.pythons
    ]
    assert names


def test_releases_lanes_and_variants_can_be_chosen(nox: Run) -> None:
    python("3.10")
    names = listed(nox("-l", "--json", "-s", "matrix", "--", "--releases", "2.15..2.17", "--lanes", "3.10"))
    assert names == ["matrix(tf2.15.1-py3.10)", "matrix(tf2.16.2-py3.10)", "matrix(tf2.17.1-py3.10)"]
    words = ("--releases", "latest", "--lanes", "3.10", "--variants", "tfkeras")
    assert listed(nox("-l", "--json", "-s", "matrix", "--", *words)) == ["matrix(tf2.21.0-py3.10-tfkeras)"]


def test_keywords_and_tags_select(nox: Run) -> None:
    python("3.10")
    assert set(listed(nox("-l", "--json", "-k", "tf2_15 or tf2_21"))) == {
        "matrix(tf2.15.1-py3.10)",
        "matrix(tf2.21.0-py3.10)",
    }
    assert "matrix(tf2.10.1-py3.10)" in listed(nox("-l", "--json", "-t", "eras"))


def test_a_leg_outside_the_default_can_be_named(nox: Run) -> None:
    name = "matrix(tf2.20.0-py3.13)"
    assert name not in listed(nox("-l", "--json", "-s", "matrix", "--", "--lanes", "3.10"))
    assert name in listed(nox("-l", "--json", "-s", name))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--releases", "2.99"), "2.99"),
        (("--releases", "2.15..2.1"), "2.15..2.1"),
        (("--lanes", "2.7"), "2.7"),
        (("--variants", "pytorch"), "pytorch"),
        (("--releases",), "expected one argument"),
    ],
)
def test_what_does_not_exist_is_one_clear_error(nox: Run, words: tuple[str, ...], message: str) -> None:
    done = nox("-s", "matrix", "--", *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("tfdrift: ")


def test_a_leg_that_does_not_exist_is_one_clear_error(nox: Run) -> None:
    done = nox("-s", "matrix(tf2.4.4-py3.13)")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("plan", "--cases", "loses.*"), "no case matches 'loses.*'"),
        (("plan", "--cases", "tape.rest"), "did you mean tape.reset"),
        (("plan", "--time-limit", "-3"), "-3 is not positive"),
        (("plan", "--fast"), "unrecognized arguments: --fast"),
        (("run", "tf9.9.9-py3.10"), "tf9.9.9-py3.10"),
        (("run",), "usage:"),
    ],
)
def test_the_driver_refuses_clearly(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "matrix", *words],
        cwd=ROOT,
        env={**os.environ, "TFDRIFT_BUILD": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert message in done.stderr


def test_the_plan_says_what_cannot_run_here_and_what_would_make_it_possible(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "matrix", "plan"],
        cwd=ROOT,
        env={**os.environ, "TFDRIFT_BUILD": str(tmp_path), "TFDRIFT_PYTHONS": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "cannot run here: 2.0" in done.stdout
    assert "uv python install 3.7" in done.stdout
    assert "GB of disk" in done.stdout


def test_a_disk_that_cannot_hold_the_virtualenvs_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from types import SimpleNamespace

    from matrix import options, plan
    from matrix.paths import UsageError

    monkeypatch.setattr(plan, "BUILD", tmp_path)
    monkeypatch.setattr(plan.environments, "is_made", lambda *_: False)
    monkeypatch.setattr(plan.shutil, "disk_usage", lambda _: SimpleNamespace(free=1e9))
    with pytest.raises(UsageError, match="the disk cannot hold it"):
        plan.show(options.parse(["--releases", "2.12..2.21"]))
    plan.show(options.parse(["--releases", "2.12..2.21", "--no-disk-check"]))
    assert "1.0 GB are free" in capsys.readouterr().out
