"""tfdrift's own virtualenvs, made from their locks by uv: ``build/driver`` runs ``matrix/`` and ``reports/``.

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


def ensure(name: str = "driver") -> Path:
    """The interpreter of ``build/NAME``; that virtualenv is made anew when its lock or the Python changed."""
    folder, lock = BUILD / name, LOCK.with_name(f"{name}.txt")
    python = virtualenv.python_of(folder)
    marker = folder / "tfdrift.txt"
    mark = f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {sys.version}"
    try:
        if marker.read_text(encoding="utf-8") == mark and python.exists():
            return python
    except OSError:
        pass
    # Not among what a command prints: that may be read by a machine.
    print(f"making the virtualenv {folder}", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        virtualenv.fill(folder, sys.executable, lock)
    except virtualenv.UvFailed as error:
        raise UsageError(
            f"the virtualenv {folder} cannot be made: {str(error)[-1500:]}\n"
            "Once the package index can be reached and the disk has room, run the same command again"
        ) from error
    marker.write_text(mark, encoding="utf-8")
    return python
