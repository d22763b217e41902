"""The simulated run on a disk that is full from the n-th write on: ``python -m tests.faults.full_disk CASE…``.

``$TFDRIFT_FULL_AFTER`` is n. A write is what the store and the supervisor do on the driver's side: making a folder or a temporary
file, writing, flushing to the disk, renaming.
"""

from __future__ import annotations

import errno
import itertools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matrix import ending
from tests.faults import simulated

WRITES = itertools.count()


def full(function: Callable[..., Any], after: int) -> Callable[..., Any]:
    """``function``, until the disk is full."""

    def write(*args: Any, **kwargs: Any) -> Any:
        if next(WRITES) >= after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return function(*args, **kwargs)

    return write


if __name__ == "__main__":
    after = int(os.environ["TFDRIFT_FULL_AFTER"])
    for owner, name in ((os, "fsync"), (os, "mkdir"), (os, "fdopen"), (Path, "mkdir"), (Path, "replace")):
        setattr(owner, name, full(getattr(owner, name), after))
    sys.exit(ending.status_of(lambda: simulated.ask(sys.argv[1:])))
