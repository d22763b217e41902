"""asv's plugin and `nox -s history`, with the asv that is installed: what asv is given, and what it says when it cannot."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from asv import benchmarks, config, environment, plugin_manager, repo, util

from cases import _catalog
from matrix import asv_environment, environments, history, timeline
from matrix.paths import UsageError
from releases import legs, table

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build folder with a timeline and without virtualenvs."""
    monkeypatch.setattr("matrix.locking.BUILD", tmp_path)
    monkeypatch.setattr(timeline, "TIMELINE", tmp_path / "timeline")
    monkeypatch.setattr(environments, "VENVS", tmp_path / "venvs")
    timeline.ensure(folder=tmp_path / "timeline")
    return tmp_path


@pytest.fixture
def conf(build: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(ROOT)
    loaded = config.Config.load(str(ROOT / "asv.conf.json"))
    loaded.repo = str(build / "timeline")
    loaded.env_dir = str(build / "env")
    return loaded


def made(leg_id: str) -> legs.Leg:
    """A leg whose virtualenv looks finished."""
    leg = legs.parse_id(leg_id, table.load())
    folder = environments.folder(leg)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / environments.MARKER).write_text("{}")
    return leg


def asv(*words: str, build: Path, settings: Path | None = None) -> subprocess.CompletedProcess[str]:
    """asv as its users call it, in the repository."""
    place = ["--config", str(settings)] if settings else []
    (build / "home").mkdir(exist_ok=True)
    env = {**os.environ, "TFDRIFT_BUILD": str(build), "HOME": str(build / "home"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "asv", *words, *place]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_asv_finds_the_plugin_by_the_settings(conf: Any) -> None:
    for name in conf.plugins:
        assert name.startswith(".")  # without it asv silently does not load it
        plugin_manager.plugin_manager.import_plugin(name)
    found = list(environment.get_environments(conf, None))
    assert [type(one).__name__ for one in found] == ["ReleaseEnvironment"]
    assert (found[0].name, found[0].python) == ("tfdrift", "preferred")
    assert [one.name for one in environment.get_environments(conf, ["tfdrift:3.7"])] == ["tfdrift-py3.7"]


@pytest.mark.parametrize(
    ("wanted", "version", "leg"),
    [
        ("preferred", "2.4.4", "tf2.4.4-py3.7"),
        ("preferred", "2.10.1", "tf2.10.1-py3.10"),
        ("3.7", "2.10.1", "tf2.10.1-py3.7"),
    ],
)
def test_the_environment_is_the_virtualenv_that_the_commit_names(
    conf: Any, monkeypatch: pytest.MonkeyPatch, wanted: str, version: str, leg: str
) -> None:
    expected = made(leg)
    one = asv_environment.ReleaseEnvironment(conf, wanted, {}, {})
    before = one.name
    commit = timeline.entries_of(table.load())[version].commit
    one.install_project(conf, repo.get_repo(conf), commit)
    assert (one.python, one.name, one.installed_commit_hash) == (expected.lane, before, commit)
    monkeypatch.chdir(Path(conf.repo).parent)
    conf.repo = "timeline"  # relative to the settings, as in asv.conf.json
    one.install_project(conf, repo.get_repo(conf), commit)
    folder = one.run(["-c", "import os, sys; print(sys.argv[0], os.environ['TF_CPP_MIN_LOG_LEVEL'])"])
    assert folder.split() == ["-c", "2"]
    assert one.find_executable("python") == str(environments.python(expected))


def test_a_missing_virtualenv_is_a_clear_error_that_files_nothing(conf: Any) -> None:
    one = asv_environment.ReleaseEnvironment(conf, "preferred", {}, {})
    commit = timeline.entries_of(table.load())["2.15.1"].commit
    with pytest.raises(
        util.UserError, match=r"tf2\.15\.1-py3\.10 is not made yet.*nox -s history -- --releases 2\.15\.1"
    ):
        one.install_project(conf, repo.get_repo(conf), commit)


def test_a_lane_that_a_release_does_not_have_is_a_clear_error(conf: Any) -> None:
    one = asv_environment.ReleaseEnvironment(conf, "3.7", {}, {})
    commit = timeline.entries_of(table.load())["2.21.0"].commit
    with pytest.raises(util.UserError, match=r"there is no leg \"tf2\.21\.0-py3\.7\".*asv run -E tfdrift:3\.10"):
        one.install_project(conf, repo.get_repo(conf), commit)


def test_a_commit_of_somebody_else_is_a_clear_error(conf: Any, build: Path) -> None:
    git = [
        "git",
        "-c",
        "user.name=x",
        "-c",
        "user.email=x",
        "commit-tree",
        "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        "-m",
        "x",
    ]
    subprocess.run(["git", "hash-object", "-w", "-t", "tree", "/dev/null"], cwd=build / "timeline", check=True)
    done = subprocess.run(git, cwd=build / "timeline", capture_output=True, text=True, check=True)
    one = asv_environment.ReleaseEnvironment(conf, "preferred", {}, {})
    with pytest.raises(util.UserError, match=r"names no release.*Next: nox -s timeline"):
        one.install_project(conf, repo.get_repo(conf), done.stdout.strip())


def test_only_points_are_started_of_the_combinations_of_parameters(conf: Any) -> None:
    for info in _catalog.catalog().values():
        if not (info.timed or info.track):
            continue
        points = list(_catalog.points(info)) if info.track else _catalog.timed_points(info)
        # As the adapter has them, which names them as asv does.
        params = [[repr(value) for value in dict.fromkeys(point[name] for point in points)] for name in info.params]
        made = {"name": f"{info.id}.time_call", "params": params}
        other = {"name": f"{info.id}x.time_call", "params": params}
        chosen = benchmarks.Benchmarks(conf, [made, other], regex=[history.benchmarks_of(info)])
        combinations = list(itertools.product(*params))
        selected = [combinations[number] for number in chosen.benchmark_selection[made["name"]] or []]
        assert sorted(selected) == sorted(tuple(map(repr, point.values())) for point in points)
        assert list(chosen) == [made["name"]]


def test_asv_run_before_any_virtualenv_ends_with_the_next_command(build: Path) -> None:
    settings = history._write_settings(build / "asv", build / "asv" / "results")
    text = json.loads(settings.read_text())
    settings.write_text(json.dumps({**text, "repo": str(build / "timeline")}))
    assert asv("machine", "--yes", build=build, settings=settings).returncode == 0
    done = asv("run", "v2.14.1..v2.15.1", build=build, settings=settings)
    assert done.returncode == 1
    assert "nox -s history -- --releases 2.15.1 --lanes 3.10" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not list((build / "asv" / "results").glob("*/*tfdrift*"))


@pytest.mark.parametrize("command", ["run", "publish", "find", "continuous"])
def test_without_a_timeline_asv_ends_with_the_next_command(tmp_path: Path, command: str) -> None:
    words = {"find": ["v2.14.1..v2.15.1", "x"], "continuous": ["v2.14.1", "v2.15.1"]}.get(command, [])
    done = asv(command, *words, build=tmp_path)
    assert done.returncode == 1
    assert "timeline is missing or no repository. Next: nox -s timeline" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("version", ["0.6.5", "0.7.0"])
def test_another_asv_is_refused_by_the_plugin_with_the_next_command(version: str) -> None:
    with pytest.raises(util.UserError, match=f"this is asv {version}.*nox -s history"):
        asv_environment.check_version(version)


def test_another_asv_is_refused_by_the_session_with_the_next_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "version", lambda _: "0.7.0")
    with pytest.raises(UsageError, match=r"asv 0\.7\.0 cannot be used.*delete .*driver"):
        history._check_asv()


def test_a_release_that_left_the_table_keeps_its_results_but_is_not_run(
    conf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = asv_environment.ReleaseEnvironment(conf, "preferred", {}, {})
    commit = timeline.entries_of(table.load())["2.15.1"].commit
    monkeypatch.setattr(asv_environment.tables, "load", lambda: SimpleNamespace(everything=()))
    with pytest.raises(util.UserError, match=r"2\.15\.1 is no longer in .*nox -s new_release -- 2\.15\.1"):
        one.install_project(conf, repo.get_repo(conf), commit)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--releases", "2.99"), '"2.99"'),
        (("--cases", "hessian.linalg"), "none of the chosen cases is timed or tracked"),
        (("--cases", "tests/timed_cases/"), "tfdrift's own cases only, and not timed.loop"),
        (("--releases", "2.21", "--variants", "tfkeras"), "plain legs only"),
        (("--import", "/nowhere"), "has no results of asv"),
        (("--import",), "expected one argument"),
        (("--fast",), "unrecognized arguments: --fast"),
    ],
)
def test_the_session_refuses_clearly(build: Path, words: tuple[str, ...], message: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "matrix.history", *words],
        cwd=ROOT,
        env={**os.environ, "TFDRIFT_BUILD": str(build), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert message in done.stderr
