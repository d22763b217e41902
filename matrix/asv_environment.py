"""asv's plugin: the environment of a commit is the virtualenv that the timeline names there; asv itself makes none.

asv.conf.json names it with a leading dot, without which asv does not look for it here. The name of the environment is
the same for all releases, so that `asv compare` compares them, and its `python` is the lane: a series of the page.
"""

from __future__ import annotations

import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from asv import environment, util
from packaging.specifiers import SpecifierSet

from matrix import environments, timeline
from matrix.processes import leg_environment
from releases import table as tables
from releases.legs import Leg, LegError, lanes_of, parse_id

PREFERRED = "preferred"
"""The lane, in asv.conf.json: of each release the first that the table has for it."""
SUPPORTED = SpecifierSet(">=0.6.6,<0.7")
"""The versions of asv whose insides this plugin knows."""


def check_version(installed: str) -> None:
    """Raises asv's own error, which it shows without a traceback, where this plugin would break on its insides."""
    if not SUPPORTED.contains(installed, prereleases=True):
        raise util.UserError(
            f"matrix/asv_environment.py knows asv {SUPPORTED}, and this is asv {installed}. Use the one that is locked: "
            "nox -s history (or build/driver/bin/asv)"
        )


check_version(version("asv"))


def setup() -> None:
    """Called by asv when it has loaded the plugin, before it looks for its repository (which it would try to clone)."""
    if not (timeline.TIMELINE / "HEAD").is_file():
        raise util.UserError(f"{timeline.TIMELINE} is missing or no repository. Next: nox -s timeline")


class ReleaseEnvironment(environment.Environment):  # type: ignore[misc]  # asv has no types
    """The virtualenv of whatever release is "installed", on one lane or on the one that each release prefers."""

    tool_name = "tfdrift"
    matches_python_fallback = False

    def __init__(self, conf: Any, python: str, requirements: Any, tagged_env_vars: Any) -> None:
        # asv reads these before it sets them.
        self._python, self._requirements, self._tagged_env_vars = python, requirements, tagged_env_vars
        self._wanted = python
        self._commit: str | None = None
        self._leg: Leg | None = None
        self._refusal = ""
        super().__init__(conf, python, requirements, tagged_env_vars)

    @property
    def name(self) -> str:
        """Part of the names of results' files; nothing in it depends on the release."""
        return "tfdrift" if self._wanted == PREFERRED else f"tfdrift-py{self._wanted}"

    @property
    def installed_commit_hash(self) -> str | None:
        return self._commit

    def create(self) -> None:
        """Nothing: `nox -s history` makes virtualenvs, from their locks."""

    def install_project(self, conf: Any, repo: Any, commit_hash: str) -> None:  # noqa: ARG002
        """Take the virtualenv that the commit names. A UserError ends asv: a failed build would be filed as a result."""
        pattern = leg_pattern(Path(conf.repo), commit_hash)
        release_name = pattern.removeprefix("tf").partition("-py")[0]
        table = tables.load()
        release = next((release for release in table.everything if release.version == release_name), None)
        if release is None:
            raise util.UserError(
                f"TensorFlow {release_name} is no longer in releases/releases.toml: its results stay in the history, "
                f"but it cannot be run again. To run it: nox -s new_release -- {release_name}"
            )
        lane = lanes_of(release)[0] if self._wanted == PREFERRED else self._wanted
        try:
            leg = parse_id(pattern.format(lane=lane), table)
        except LegError as error:
            raise util.UserError(f"{error}. Choose the lane with: asv run -E tfdrift:{lanes_of(release)[0]}") from error
        if not (environments.folder(leg) / environments.MARKER).is_file():
            # Where it only looks for benchmarks, asv goes on to other commits and shows the last error; the first is
            # that of the commit which was asked for.
            self._refusal = self._refusal or (
                f"the virtualenv of {leg.id} is not made yet ({environments.folder(leg)}). "
                f"Next: nox -s history -- --releases {release.version} --lanes {lane}"
            )
            raise util.UserError(self._refusal)
        self._leg, self._commit, self._python = leg, commit_hash, lane
        self._path = str(environments.folder(leg))
        self._set_commit_hash(commit_hash)

    def run(self, args: list[str], **kwargs: Any) -> Any:
        """Run the release's Python as the matrix runs it: without what would change the answers unseen."""
        if self._leg is None:
            raise util.UserError("no release was chosen. Next: nox -s history")
        kwargs["env"] = leg_environment(self._leg.env)
        return self.run_executable("python", args, **kwargs)


def leg_pattern(repository: Path, commit: str) -> str:
    """What the commit says of its leg: `tf2.15.1-py{lane}`."""
    try:
        return timeline.git(repository, "show", f"{commit}:{timeline.LEG_FILE}").strip()
    except subprocess.CalledProcessError as error:
        raise util.UserError(
            f"{repository}, commit {commit[:8]}: names no release ({' '.join(error.stderr.split())[:200]}). "
            "Next: nox -s timeline"
        ) from error
