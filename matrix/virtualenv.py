"""A virtualenv made by uv from a lock, hashes required: the legs' and the driver's own. Standard library only."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from matrix.parents import end_with_parent
from releases.user_index import uv_environment
from releases.uv import uv_binary


class UvFailed(RuntimeError):
    """uv ended with an error; the message is what it printed."""


def python_of(folder: Path) -> Path:
    """The interpreter of the virtualenv in ``folder``."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fill(folder: Path, interpreter: str, lock: Path, *options: str) -> None:
    """Make the virtualenv in ``folder``, where there is none yet, and install what ``lock`` names."""
    _uv("venv", "--no-project", "--python", interpreter, str(folder))
    wanted = ("--require-hashes", *options, "--requirements", str(lock))
    _uv("pip", "install", "--python", str(python_of(folder)), *wanted)


def _uv(*arguments: str) -> None:
    env = uv_environment()
    for name in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"):
        env.pop(name, None)
    # uv must never try to download a Python here: that is asked for explicitly or not at all.
    env["UV_PYTHON_DOWNLOADS"] = "never"
    command = [uv_binary(), "--quiet", *arguments]
    # Safe after a fork: whoever makes virtualenvs has one thread.
    own = end_with_parent if os.name == "posix" else None
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, preexec_fn=own)
    if done.returncode != 0:
        raise UvFailed((done.stderr or done.stdout).strip())
