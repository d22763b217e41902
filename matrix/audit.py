"""``nox -s audit``: known vulnerabilities of what tfdrift itself installs, by pip-audit, which has a virtualenv of its own.

The legs are not asked about: old releases of TensorFlow have many, and are installed to be examined. Exit status: 0 nothing is
known, or the list could not be reached, which is said; 1 something is known; 2 pip-audit cannot be run.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from matrix import driver
from matrix.ending import status_of
from matrix.paths import UsageError
from matrix.words import harmless
from releases.lock import OWN, own_path

TIMEOUT_S = 900.0
NOT_REACHED = (
    "could not connect",
    "connection",
    "timed out",
    "timeout",
    "name resolution",
    "max retries",
    "proxy",
    "ssl",
)
"""What is in pip-audit's words where it gets no answer."""


class NotReached(Exception):
    """The list of vulnerabilities gave no answer; the message is pip-audit's last line."""


def audit(locks: Sequence[Path]) -> int:
    """Say what is known of the packages in these locks."""
    python = driver.ensure("audit")
    known = 0
    for lock in locks:
        try:
            dependencies = _ask(python, lock)
        except NotReached as error:
            print(
                f"{lock.name}: not audited, the list of vulnerabilities was not reached ({error}). Once it can be: nox -s audit"
            )
            continue
        lines = list(_lines(dependencies))
        known += len(lines)
        skipped = [one["name"] for one in dependencies if "skip_reason" in one]
        left_out = f"; not in the list: {', '.join(skipped)}" if skipped else ""
        said = f"{len(dependencies) - len(skipped)} packages, {len(lines)} known vulnerabilities{left_out}"
        print(harmless("\n".join([f"{lock.name}: {said}", *lines])), flush=True)
    if known:
        print(
            "If there are newer versions: set driver_locked_until in releases/releases.toml, then nox -s lock -- driver"
        )
    return 1 if known else 0


def _ask(python: Path, lock: Path) -> list[dict[str, Any]]:
    """What pip-audit says of each package that is installed on this machine."""
    with tempfile.TemporaryDirectory(prefix="tfdrift-") as folder:
        output = Path(folder) / "audit.json"
        # Names and versions are in the lock: nothing is resolved, downloaded or built for it.
        words = ["--requirement", str(lock), "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
        try:
            done = subprocess.run(
                [str(python), "-m", "pip_audit", *words, "--format", "json", "--output", str(output)],
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NotReached(f"no answer within {TIMEOUT_S:g} s") from error
        try:
            found: list[dict[str, Any]] = json.loads(output.read_bytes())["dependencies"]
        except (OSError, ValueError, KeyError, TypeError):
            last = harmless((done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1])[:300]
            if any(words in done.stderr.lower() for words in NOT_REACHED):
                raise NotReached(last) from None
            raise UsageError(
                f"pip-audit cannot examine {lock}: {last}. If its virtualenv is at fault: rm -r {python.parent.parent}, "
                "then nox -s audit"
            ) from None
    if all("skip_reason" in one for one in found):
        # Something answers in its place and knows no package: that is no clean bill.
        raise NotReached("none of the packages is in it")
    return found


def _lines(dependencies: Sequence[dict[str, Any]]) -> Iterator[str]:
    for one in dependencies:
        for found in one.get("vulns", ()):
            names = ", ".join([found["id"], *found.get("aliases", ())])
            fixed = ", ".join(found.get("fix_versions", ())) or "no version yet"
            yield f"  {one['name']} {one['version']}: {names}; mended in {fixed}"


if __name__ == "__main__":
    sys.exit(status_of(lambda: audit([own_path(name) for name in OWN]), "audit"))
