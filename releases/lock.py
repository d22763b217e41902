"""Makes the locks: every package of a leg by version and hash, as the index stood some weeks after the release."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from releases.legs import Leg, lock_path
from releases.table import LOCKS, Release, Table, Variant
from releases.user_index import uv_environment
from releases.uv import uv_binary

ROOT = Path(__file__).parent.parent
DRIVER = "driver"
OWN = {DRIVER: ("test", "lint"), "mutation": ("mutation",), "audit": ("audit",)}
"""tfdrift's own virtualenvs, with the groups of pyproject.toml in their locks; the driver has the dependencies as well."""
CANDIDATES = (
    *("keras", "keras-nightly", "tf-keras", "tf-keras-nightly", "tensorboard", "tb-nightly"),
    *("tensorflow-estimator", "tf-estimator-nightly"),
)
"""What may be a pre-release in the lock of one: the other packages of TensorFlow and Keras, and nothing else."""
_WHEELS = 'sys_platform != "darwin" and (platform_machine == "x86_64" or platform_machine == "AMD64")'
_OTHERS = 'sys_platform == "darwin" or (platform_machine != "x86_64" and platform_machine != "AMD64")'
# Settings of the person at the keyboard that would give a lock other bytes. Where the index is, stays theirs.
_FOREIGN = ("UV_EXCLUDE_NEWER", "UV_PRERELEASE", "UV_RESOLUTION", "UV_FORK_STRATEGY", "UV_CONSTRAINT", "UV_OVERRIDE")


class LockError(RuntimeError):
    """A lock could not be made: says why, and what to try; `reason` is the why alone."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(f"{reason}\n{remedy}".rstrip())
        self.reason = reason


def own_path(name: str, folder: Path = LOCKS) -> Path:
    """Where the lock of one of tfdrift's own virtualenvs lies."""
    return folder / f"{name}.txt"


def requirements(release: Release, variant: Variant | None, table: Table) -> list[str]:
    """What the lock of a release is made from."""
    pin = f"=={release.version}"
    if release.elsewhere:
        wanted = [f"{release.distribution}{pin} ; {_WHEELS}", f"{release.elsewhere}{pin} ; {_OTHERS}"]
    else:
        wanted = [release.distribution + pin]
    return wanted + list(table.always) + (variant.requirements(release) if variant else [])


def overrides(release: Release, variant: Variant | None) -> list[str]:
    """What other packages' requirements are replaced with."""
    # A marker that is never true: the package stays out of every environment.
    lines = [f'{name} ; sys_platform == "never"' for name in release.without]
    if variant and release.elsewhere:
        # tf-keras asks for `tensorflow`, which would be installed over the same files as `tensorflow-cpu`.
        lines.append(f"{release.elsewhere}=={release.version} ; {_OTHERS}")
    return lines


def header(release: Release, variant: Variant | None, table: Table) -> str:
    """The first lines of a lock: what made it, and the dates that it depends on."""
    until = _until(release, variant)
    about = f"TensorFlow {release.version}" + (f", variant {variant.name}" if variant else "")
    pythons = _pythons(release, variant)
    ours = release.locks == LOCKS
    again = f"nox -s lock -- {release.version}" if ours else "what needed it; delete it, and it is made anew"
    lines = [
        f"# tfdrift's lock of {about}, Python {pythons[0]} to {pythons[-1]}. Do not edit; made with",
        f"#     {again}",
        f"# locked_until: {until}",
    ]
    lines += [f"# locked_until of {name}: {day}" for name, day in sorted(_newer(variant, table).items())]
    return "\n".join(lines) + "\n"


def own_header(name: str, table: Table) -> str:
    """The first lines of the lock of one of tfdrift's own virtualenvs."""
    return (
        "# tfdrift's lock of its own packages, Python 3.10 and later. Do not edit; made with\n"
        f"#     nox -s lock -- {name}\n"
        f"# locked_until: {table.driver_locked_until}\n"
    )


def make(release: Release, table: Table, variant: Variant | None = None, folder: Path = LOCKS) -> Path:
    """Resolves one release, or one variant of it, and writes its lock."""
    path = lock_path(release, variant, folder)
    write(path, header(release, variant, table) + _body(release, table, variant, _pythons(release, variant)[0]))
    return path


def make_for_leg(leg: Leg, table: Table) -> Path:
    """Resolves one leg whose variant is in no table, for its own Python and later ones, and writes its lock."""
    days = [f"# locked_until of {name}: {day}" for name, day in sorted(_newer(leg.variant, table).items())]
    about = leg.variant.about if leg.variant else ""
    lines = [
        f"# tfdrift's lock of TensorFlow {leg.release.version} on Python {leg.lane}, {about}. Delete it, and it is made anew.",
        f"# locked_until: {_until(leg.release, leg.variant)}",
        *days,
    ]
    write(leg.lock, "\n".join(lines) + "\n" + _body(leg.release, table, leg.variant, leg.lane))
    return leg.lock


def _body(release: Release, table: Table, variant: Variant | None, python: str) -> str:
    return _compile(
        what=f"{release.version}{' ' + variant.name if variant else ''}",
        wanted=requirements(release, variant, table),
        replaced=overrides(release, variant),
        python=python,
        until=_until(release, variant),
        newer=_newer(variant, table),
        # A candidate asks for candidates of TensorFlow's and Keras's other packages; of nothing else.
        allowed=CANDIDATES if release.candidate else (),
        more=["--universal", *(option for name in release.without for option in ("--no-emit-package", name))],
    )


def text_here(build: str, requirement: str, python: Path, until: date | None, index: str | None, table: Table) -> str:
    """The lock of a build for this machine and this Python alone; ``index`` is asked before the user's own.

    Without a date for an index that gives none: uv would leave out all that it does not know the age of.
    """
    pins = _compile(
        what=build,
        wanted=[requirement, *table.always],
        replaced=[],
        python=None,
        until=until,
        newer=_newer(None, table),
        allowed=CANDIDATES,
        more=["--python", str(python), *(["--index", index] if index else [])],
    )
    about = f"# tfdrift's lock of {build} for this machine and {python}. Delete it, and it is made anew.\n"
    return about + (f"--extra-index-url {index}\n" if index else "") + pins


def make_own(name: str, table: Table, folder: Path = LOCKS, pyproject: Path = ROOT / "pyproject.toml") -> Path:
    """Resolves what one of tfdrift's own virtualenvs holds, and writes its lock."""
    groups = [option for group in OWN[name] for option in ("--group", f"{pyproject}:{group}")]
    body = _compile(
        what=name,
        wanted=[],
        replaced=[],
        python="3.10",
        until=table.driver_locked_until,
        newer={},
        more=["--universal", *([str(pyproject)] if name == DRIVER else []), *groups],
    )
    write(own_path(name, folder), own_header(name, table) + body)
    return own_path(name, folder)


def _pythons(release: Release, variant: Variant | None) -> list[str]:
    return [lane for lane in release.pythons if variant is None or lane in variant.pythons]


def _until(release: Release, variant: Variant | None) -> date:
    return (variant and variant.locked_until) or release.locked_until


def _newer(variant: Variant | None, table: Table) -> dict[str, date]:
    return {**table.newer, **(variant.newer if variant else {})}


def _compile(
    *,
    what: str,
    wanted: list[str],
    replaced: list[str],
    python: str | None,
    until: date | None,
    newer: Mapping[str, date],
    allowed: Sequence[str] = (),
    more: list[str] | None = None,
) -> str:
    command = [uv_binary(), "pip", "compile", "--quiet", "--generate-hashes"]
    # The lock must not name the index that happened to serve it, nor this folder, nor which package wanted which.
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--no-python-downloads"]
    if python:
        command += ["--python-version", python]
    if until:
        command += ["--exclude-newer", _midnight(until)]
        for name, day in sorted(newer.items()):
            command += ["--exclude-newer-package", f"{name}={_midnight(day)}"]
    env = uv_environment({key: value for key, value in os.environ.items() if key not in _FOREIGN})
    # A folder of its own, so that no pyproject.toml or uv.toml nearby has a say.
    with tempfile.TemporaryDirectory() as folder:
        if replaced:
            (Path(folder) / "overrides.txt").write_text("\n".join(replaced) + "\n", encoding="utf-8")
            command += ["--override", "overrides.txt"]
        if allowed:
            lines = "".join(f"{name}>=0.dev0\n" for name in allowed)
            (Path(folder) / "allowed.txt").write_text(lines, encoding="utf-8")
            command += ["--constraint", "allowed.txt", "--prerelease", "explicit"]
        if wanted:
            (Path(folder) / "wanted.txt").write_text("\n".join(wanted) + "\n", encoding="utf-8")
            command += ["wanted.txt"]
        done = subprocess.run(
            [*command, *(more or [])],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode != 0:
        raise LockError(
            f"no lock for {what}: uv could not resolve it{f' with packages uploaded before {until}' if until else ''}.\n"
            f"{done.stderr.strip()}",
            f"If the index was not reached, try again: nox -s lock -- {what.split()[0]}. If packages do not fit "
            "together, change locked_until or `without` in its row of releases/releases.toml.",
        )
    return done.stdout


def _midnight(day: date) -> str:
    """A moment and not a day: uv reads a day in the local time zone."""
    return f"{day.isoformat()}T00:00:00Z"


def write(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(text.encode())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
