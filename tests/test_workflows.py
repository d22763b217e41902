"""The workflows: pinned, with no more rights than they need, calling commands that exist; and lint sees what is broken."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
GITHUB = ROOT / ".github"
FILES = sorted([*GITHUB.glob("workflows/*.yml"), *GITHUB.glob("actions/*/action.yml")])
WORKFLOWS = {path.name: path for path in FILES if path.parent.name == "workflows"}


def loaded(path: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def jobs(path: Path) -> dict[str, Any]:
    return dict(loaded(path)["jobs"])


def test_all_three_are_here() -> None:
    assert {"ci.yml", "nightly.yml", "matrix.yml"} <= set(WORKFLOWS)


def test_every_action_is_pinned_to_a_commit_and_says_its_version() -> None:
    pins: dict[str, set[str]] = {}
    for path in FILES:
        for line in path.read_text(encoding="utf-8").splitlines():
            used = re.search(r"uses: (\S+)(.*)", line)
            if used and used[1].startswith("./"):
                place = ROOT / used[1]
                assert place.is_file() or (place / "action.yml").is_file(), line
            elif used:
                pinned = re.fullmatch(r"([\w./-]+)@([0-9a-f]{40})", used[1])
                assert pinned, line
                assert re.fullmatch(r" # v\d+\.\d+\.\d+", used[2]), line
                pins.setdefault(pinned[1], set()).add(pinned[2])
    assert len(pins) >= 5
    assert all(len(commits) == 1 for commits in pins.values()), pins


@pytest.mark.parametrize("name", WORKFLOWS)
def test_rights_and_times_are_limited(name: str) -> None:
    assert loaded(WORKFLOWS[name])["permissions"] == {}
    for job in jobs(WORKFLOWS[name]).values():
        assert job["permissions"], "each job says what it may"
        assert "uses" in job or job["timeout-minutes"] <= 330
        assert {"contents"} >= {right for right, level in job["permissions"].items() if level == "read"}
        for step in job.get("steps", ()):
            if str(step.get("uses", "")).startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_only_two_jobs_may_write_and_neither_runs_tensorflow() -> None:
    writers = {
        (name, job)
        for name, path in WORKFLOWS.items()
        for job, said in jobs(path).items()
        if "write" in said["permissions"].values()
    }
    assert writers == {("nightly.yml", "issue"), ("nightly.yml", "pages")}
    for name, job in writers:
        assert "nox" not in json.dumps(jobs(WORKFLOWS[name])[job])


def test_what_can_meet_itself_says_what_then() -> None:
    for name in ("ci.yml", "nightly.yml"):
        assert "concurrency" in loaded(WORKFLOWS[name])


def test_the_sessions_that_are_called_exist() -> None:
    sessions = set(
        re.findall(r"^@nox\.session.*\n(?:@.*\n)*def (\w+)\(", (ROOT / "noxfile.py").read_text(), re.MULTILINE)
    )
    sessions = {name.rstrip("_") for name in sessions}
    called = {name for path in FILES for name in re.findall(r"nox -s (\w+)", path.read_text(encoding="utf-8"))}
    assert called <= sessions, called - sessions
    assert {"plan", "matrix", "merge", "timing", "nightly", "history", "lint", "tests"} <= called


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("zizmor")), *LINT, str(folder)], capture_output=True, text=True, check=False
    )


def lint_words() -> list[str]:
    """As nox -s lint calls it."""
    found = re.search(
        r'session\.run\(\s*str\(zizmor\), (.*?), "\.github", external=True', (ROOT / "noxfile.py").read_text()
    )
    assert found
    return [word.strip().strip('"') for word in found[1].split(",")]


LINT = lint_words()

BROKEN: dict[str, tuple[Callable[[str], str], str]] = {
    "a key that does not exist": (lambda text: text.replace("runs-on:", "run-on:", 1), "run-on|schema"),
    "no YAML": (lambda text: text + "\n  - [", "syntax|parse|YAML"),
    "an action that is not pinned": (
        lambda text: re.sub(r"actions/checkout@[0-9a-f]{40}", "actions/checkout@v4", text, count=1),
        "unpinned-uses",
    ),
    "an input in a script": (
        lambda text: text.replace('read -ra options <<< "$OPTIONS"', "echo ${{ inputs.options }}", 1),
        "template-injection",
    ),
    "credentials that stay": (
        lambda text: text.replace("        with:\n          persist-credentials: false\n", "", 1),
        "artipacked",
    ),
}


def test_lint_finds_nothing_in_what_is_here() -> None:
    done = zizmor(GITHUB)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("how", BROKEN)
def test_lint_fails_on_a_broken_workflow(tmp_path: Path, how: str) -> None:
    change, says = BROKEN[how]
    shutil.copytree(GITHUB, tmp_path / ".github")
    path = tmp_path / ".github" / "workflows" / "matrix.yml"
    path.write_text(change(path.read_text()))
    assert path.read_text() != WORKFLOWS["matrix.yml"].read_text()
    done = zizmor(tmp_path / ".github")
    assert done.returncode != 0
    assert re.search(says, done.stdout + done.stderr), done.stdout + done.stderr


def issue_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("issue", GITHUB / "issue.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FakeGitHub:
    """What `gh` would do to a repository's issues."""

    def __init__(self) -> None:
        self.open: dict[int, str] = {}
        self.calls: list[str] = []

    def __call__(self, *words: str) -> str:
        self.calls.append(" ".join(words[:2]))
        body = Path(words[-1]).read_text() if words[-2] == "--body-file" else ""
        if words[:2] == ("issue", "list"):
            return json.dumps([{"number": number} for number in self.open])
        if words[:2] == ("issue", "create"):
            self.open[7] = body
            return "the address of issue 7\n"
        if words[:2] == ("issue", "edit"):
            self.open[int(words[2])] = body
        elif words[:2] == ("issue", "close"):
            del self.open[int(words[2])]
        return ""


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, FakeGitHub]:
    module, fake = issue_module(), FakeGitHub()
    monkeypatch.setattr(module, "_gh", fake)
    monkeypatch.setenv("RUN", "https://example.org/run/1")
    return module, fake


def left(folder: Path, status: str | None, text: str | None = "one finding") -> Path:
    folder.mkdir(exist_ok=True)
    for name, what in (("status", status), ("summary.md", text)):
        (folder / name).unlink(missing_ok=True)
        if what is not None:
            (folder / name).write_text(what)
    return folder


def test_an_issue_is_opened_updated_and_closed(tmp_path: Path, github: tuple[ModuleType, FakeGitHub]) -> None:
    module, fake = github
    said = [
        module.keep("label", "title", left(tmp_path / "a", status, text))
        for status, text in (("0\n", ""), ("1\n", "one"), ("1\n", "two"), ("0\n", ""), ("0\n", ""))
    ]
    assert said == [
        "nothing found, and no issue is open",
        "opened the address of issue 7",
        "updated 7",
        "closed 7",
        said[0],
    ]
    assert fake.open == {}


@pytest.mark.parametrize(("status", "text"), [("2", "old"), ("", "old"), (None, None), ("1", None), ("130", None)])
def test_what_was_not_judged_changes_no_issue(
    tmp_path: Path, github: tuple[ModuleType, FakeGitHub], status: str | None, text: str | None
) -> None:
    module, fake = github
    fake.open[7] = "still there"
    assert module.keep("label", "title", left(tmp_path / "a", status, text)).startswith("no issue is changed: ")
    assert fake.open == {7: "still there"}
    assert fake.calls == ["issue list"]


def candidate(folder: Path, **said: Any) -> Path:
    folder.mkdir(exist_ok=True)
    found = {"exit_status": 0, "state": "asked", "comparison": {"changes": [], "speed": []}, **said}
    (folder / "candidate.json").write_text(json.dumps(found))
    (folder / "candidate.md").write_text("what the build changes")
    return folder


def test_what_a_former_nightly_brought_has_not_gone_because_it_was_said(
    tmp_path: Path, github: tuple[ModuleType, FakeGitHub]
) -> None:
    module, fake = github
    known = {"changes": [{"kind": "better"}, {"kind": "known"}], "speed": []}
    assert module.keep("l", "t", candidate(tmp_path / "a", exit_status=1)).startswith("opened")
    assert fake.open == {7: "what the build changes\n\nThe whole of it: https://example.org/run/1\n"}
    assert "1 findings of former builds are still there" in module.keep(
        "l", "t", candidate(tmp_path / "a", comparison=known)
    )
    assert "no new build" in module.keep("l", "t", candidate(tmp_path / "a", state="no new build"))
    assert "the index is down" in module.keep(
        "l", "t", candidate(tmp_path / "a", state="the index is down", exit_status=2, comparison=None)
    )
    assert fake.open
    assert module.keep("l", "t", candidate(tmp_path / "a")) == "closed 7"


def test_a_long_text_is_cut_to_what_an_issue_holds(tmp_path: Path, github: tuple[ModuleType, FakeGitHub]) -> None:
    module, fake = github
    module.keep("label", "title", left(tmp_path / "a", "1", "ü" * 100_000))
    assert len(fake.open[7]) < 65_536
    assert fake.open[7].endswith("The whole of it: https://example.org/run/1\n")


def test_the_words_of_a_candidate_are_those_that_the_issue_reads() -> None:
    from reports import candidate as words
    from reports import candidate_command

    assert (words.KNOWN, candidate_command.NOTHING_NEW) == ("known", "no new build")
