"""The driver's own virtualenv, ``build/driver``: what runs ``matrix/`` and ``reports/``, made from their lock by uv.

Standard library only: the noxfile imports it where nothing but nox and uv is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from matrix.paths import BUILD, ROOT, UsageError
from releases.uv import uv_binary

LOCK = ROOT / "releases" / "locks" / "driver.txt"


def ensure() -> Path:
    """The driver's interpreter; its virtualenv is made anew when the lock or the Python changed."""
    folder = BUILD / "driver"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    marker = folder / "tfdrift.txt"
    mark = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {sys.version}"
    try:
        if marker.read_text(encoding="utf-8") == mark and python.exists():
            return python
    except OSError:
        pass
    print(f"making the driver's virtualenv, {folder}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    _uv("venv", "--no-project", "--python", sys.executable, str(folder))
    _uv("pip", "install", "--python", str(python), "--require-hashes", "--requirements", str(LOCK))
    marker.write_text(mark, encoding="utf-8")
    return python


def _uv(*arguments: str) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")}
    done = subprocess.run([uv_binary(), "--quiet", *arguments], env=env, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise UsageError(
            f"the driver's virtualenv cannot be made: {done.stderr.strip()[-1500:]}\n"
            "Once the package index can be reached and the disk has room, run the same command again"
        )
