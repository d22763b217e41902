"""One run at a time on one leg: the second says whom it waits for, and waits."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import filelock

from matrix.paths import BUILD, UsageError


@contextlib.contextmanager
def leg_lock(leg: str) -> Iterator[None]:
    """Hold the leg's virtualenv and records until the process ends, however it ends."""
    path = BUILD / "locks" / f"{leg}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path)
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            print(f"{leg}: another run is at work on this leg (lock {path}); waiting for it", flush=True)
            lock.acquire()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be locked: {error.strerror}. Give {BUILD} write permission, or choose another folder: "
            "TFDRIFT_BUILD=/path nox -s matrix"
        ) from error
    try:
        yield
    finally:
        lock.release()
