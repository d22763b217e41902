"""The driver's own virtualenv, ``build/driver``: what runs ``matrix/`` and ``reports/``, made from their lock by uv.

Standard library only: the noxfile imports it where nothing but nox and uv is installed.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

from matrix import virtualenv
from matrix.paths import BUILD, ROOT, UsageError

LOCK = ROOT / "releases" / "locks" / "driver.txt"


def ensure() -> Path:
    """The driver's interpreter; its virtualenv is made anew when the lock or the Python changed."""
    folder = BUILD / "driver"
    python = virtualenv.python_of(folder)
    marker = folder / "tfdrift.txt"
    mark = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {sys.version}"
    try:
        if marker.read_text(encoding="utf-8") == mark and python.exists():
            return python
    except OSError:
        pass
    # Not among what a command prints: that may be read by a machine.
    print(f"making the driver's virtualenv, {folder}", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        virtualenv.fill(folder, sys.executable, LOCK)
    except virtualenv.UvFailed as error:
        raise UsageError(
            f"the driver's virtualenv cannot be made: {str(error)[-1500:]}\n"
            "Once the package index can be reached and the disk has room, run the same command again"
        ) from error
    marker.write_text(mark, encoding="utf-8")
    return python
