"""`build/timeline`: a git repository in which every release of TensorFlow is a commit, so that asv can keep its history.

asv's x axis is the commits of one repository. Here each release is one commit, tagged `v2.15.1`, whose file `leg` says in
which virtualenv it runs. Results are filed under commits' hashes, so the hash of a release must never change, whatever is
added before or after it (a patch release takes its minor's place in the table, and comes out of order). Therefore a commit
depends on its own row only, its version and the day of its upload, and has no parent; the order, by version, is laid over
the commits with git's replace refs, which `git log`, `rev-list` ranges and asv all follow. Candidates hang on a branch of
their own, `candidates`, after the newest release below them.

A timeline only grows: what its table no longer has stays in it. It is generated: a damaged one is built again, unless that
would lose commits of which there are results.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from packaging.version import InvalidVersion, Version

from matrix.locking import leg_lock
from matrix.paths import BUILD, UsageError
from releases import table as tables

TIMELINE = BUILD / "timeline"
RELEASES, CANDIDATES = "refs/heads/releases", "refs/heads/candidates"
LEG_FILE = "leg"


@dataclass(frozen=True)
class Entry:
    """One release as the timeline knows it; nothing else goes into its commit."""

    version: str
    seconds: int
    """Unix time of the commit."""

    @property
    def order(self) -> Version:
        return Version(self.version)

    def objects(self, parent: str | None = None) -> list[tuple[str, bytes]]:
        """The git objects of the release: a blob, a tree, a commit; the commit's hash is that of the last."""
        blob = ("blob", f"tf{self.version}-py{{lane}}\n".encode())
        tree = ("tree", f"100644 {LEG_FILE}\0".encode() + bytes.fromhex(_hash(*blob)))
        who = f"tfdrift <tfdrift> {self.seconds} +0000"
        lines = [f"tree {_hash(*tree)}", *([f"parent {parent}"] if parent else [])]
        text = "\n".join([*lines, f"author {who}", f"committer {who}", "", f"TensorFlow {self.version}", ""])
        return [blob, tree, ("commit", text.encode())]

    @property
    def commit(self) -> str:
        """The hash under which results of this release are filed."""
        return _hash(*self.objects()[-1])


def _hash(kind: str, body: bytes) -> str:
    # What git calls an object; no secret hangs on it.
    return hashlib.sha1(f"{kind} {len(body)}\0".encode() + body, usedforsecurity=False).hexdigest()


def entries_of(table: tables.Table) -> dict[str, Entry]:
    """``{version: entry}`` of every release and candidate of the table."""
    found = {}
    for release in table.everything:
        version = Version(release.version)
        # Several patch releases came on one day: their order on that day is that of their versions.
        moment = datetime(*release.uploaded.timetuple()[:3], tzinfo=timezone.utc)
        moment += timedelta(minutes=version.minor, seconds=version.micro)
        found[release.version] = Entry(release.version, int(moment.timestamp()))
    return found


def refs_and_objects(entries: Iterable[Entry]) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
    """All refs of the timeline of these releases, and all objects by hash."""
    refs: dict[str, str] = {}
    objects: dict[str, tuple[str, bytes]] = {}
    previous: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.order):
        branch = CANDIDATES if entry.order.is_prerelease else RELEASES
        parent = previous.get(branch) or previous.get(RELEASES)
        made = [*entry.objects(), *(entry.objects(parent.commit)[-1:] if parent else [])]
        objects.update({_hash(*each): each for each in made})
        refs[f"refs/tags/v{entry.version}"] = entry.commit
        if parent:
            refs[f"refs/replace/{entry.commit}"] = _hash(*made[-1])
        refs[branch] = entry.commit
        previous[branch] = entry
    refs.setdefault(CANDIDATES, refs[RELEASES])  # asv stops at a configured branch that does not exist
    return refs, objects


def ensure(
    table: tables.Table | None = None, folder: Path = TIMELINE, with_results: Iterable[str] = ()
) -> tuple[dict[str, str], str]:
    """``({version: hash}, what was done)`` of a timeline that has every release of the table.

    ``with_results`` are the commits that must not vanish: those under which asv has filed results.
    """
    wanted = entries_of(table or tables.load())
    with leg_lock("timeline"):
        found, problem = _read(folder)
        entries = {**found, **wanted}
        commits = {entry.commit for entry in entries.values()}
        if lost := sorted(set(with_results) - commits):
            raise UsageError(_lost(lost, found, wanted, folder))
        refs, objects = refs_and_objects(entries.values())
        hashes = {version: entries[version].commit for version in sorted(entries, key=Version)}
        if not problem:
            problem = _difference(_refs(folder), refs)
        if not problem:
            return hashes, f"{folder} is up to date: {len(entries)} releases"
        _build(folder, refs, objects)
        return hashes, f"{folder}: {problem}; built with {len(entries)} releases"


def _read(folder: Path) -> tuple[dict[str, Entry], str]:
    """What a timeline has, as far as it can be read, and what is wrong with it."""
    if not folder.exists():
        return {}, "there was none"
    try:
        refs = _refs(folder)
        git(folder, "fsck", "--strict", "--no-dangling", "--no-progress")
        lines = git(folder, "for-each-ref", "--format=%(refname) %(committerdate:unix)", "refs/tags").splitlines()
    except subprocess.CalledProcessError as error:
        words = " ".join(error.stderr.split())[:200]
        return {}, f"it was damaged ({words})"
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}. Install git, then: nox -s timeline") from error
    found = {}
    for ref, seconds in (line.split() for line in lines):
        version = ref.removeprefix("refs/tags/v")
        try:
            entry = Entry(str(Version(version)), int(seconds))
        except InvalidVersion:
            continue
        if refs[ref] == entry.commit:  # otherwise somebody else's commit
            found[entry.version] = entry
    return found, ""


def _difference(have: Mapping[str, str], want: Mapping[str, str]) -> str:
    if have == want:
        return ""
    if foreign := sorted(ref for ref in have if ref not in want):
        return f"it had what tfdrift did not put there ({foreign[0]})"
    if all(have.get(ref) == hash for ref, hash in want.items() if ref in have and ref.startswith("refs/tags/")):
        new = sum(ref.startswith("refs/tags/") and ref not in have for ref in want)
        return f"{new} releases are new" if new else "its order was changed"
    return "its tags were changed"


def _lost(lost: list[str], found: Mapping[str, Entry], wanted: Mapping[str, Entry], folder: Path) -> str:
    """What to do about results whose commit would be in no timeline."""
    for version, entry in found.items():
        if entry.commit in lost:
            day = datetime.fromtimestamp(entry.seconds, timezone.utc).date()
            now = datetime.fromtimestamp(wanted[version].seconds, timezone.utc).date()
            return (
                f"{folder}: TensorFlow {version} was uploaded on {day} when results were filed, and on {now} according "
                f"to the table: its results would vanish. Put {day} back into releases/releases.toml, or delete the "
                f"results: {BUILD}/asv/results/*/{entry.commit[:8]}-*.json"
            )
    return (
        f"there are results of {len(lost)} commits that are in no timeline (the first: {lost[0][:8]}): their releases "
        "are not in releases/releases.toml, or no longer. Add them again (nox -s new_release -- VERSION), or move the "
        f"results away: {BUILD}/asv/results/*/{lost[0][:8]}-*.json. Then: nox -s timeline"
    )


def _build(folder: Path, refs: Mapping[str, str], objects: Mapping[str, tuple[str, bytes]]) -> None:
    """Put a whole new repository in the place of the old one."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".timeline-", dir=folder.parent))
        try:
            git(beside, "init", "--quiet", "--bare", "--template=", "--initial-branch=releases")
            git(beside, "config", "core.useReplaceRefs", "true")  # whatever the user's own settings say
            for kind, body in objects.values():
                git(beside, "hash-object", "-w", "-t", kind, "--stdin", feed=body)
            lines = [f"create {ref} {hash}\n" for ref, hash in sorted(refs.items())]
            git(beside, "update-ref", "--stdin", feed="".join(lines).encode())
            beside.chmod(0o755)
            if folder.exists():
                shutil.rmtree(folder)
            beside.rename(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be made: {error.strerror}. Install git, free some space or choose another folder "
            "(TFDRIFT_BUILD=/path), then: nox -s timeline"
        ) from error


def _refs(folder: Path) -> dict[str, str]:
    lines = git(folder, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return dict(line.split() for line in lines)


def git(folder: Path, *arguments: str, feed: bytes | None = None) -> str:
    """Run git in the timeline, whatever the user's settings and the repository around it are."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env.update(GIT_DIR=str(folder.resolve()), GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1", LC_ALL="C")
    done = subprocess.run(["git", *arguments], cwd=folder, env=env, input=feed, capture_output=True, check=False)
    out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, ["git", *arguments], out, err)
    return out


def main() -> int:
    """``python -m matrix.timeline``: make it, or say that it is up to date."""
    from matrix import asv_results

    try:
        print(ensure(with_results=asv_results.commits(asv_results.RESULTS))[1])
    except (UsageError, tables.TableError) as error:
        print(f"tfdrift: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
