"""How a command that asks or measures ends: its exit status, and one line on standard error where it is not done."""

from __future__ import annotations

import atexit
import errno
import signal
import sys
from collections.abc import Callable
from types import FrameType

from matrix.parents import end_with_nox
from matrix.paths import UsageError
from matrix.words import harmless
from releases.table import TableError
from releases.uv import UvMissing

SYSTEM = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE}
)
"""Errors of the machine, not of the program: they are said in a sentence."""
KEPT = "what was answered or measured is stored, the same command goes on from here"


def status_of(work: Callable[[], int], name: str = "tfdrift", kept: str = KEPT) -> int:
    """The status of ``work``; 2 where it cannot be done, 130 where it was interrupted, by Ctrl-C or SIGTERM.

    Python ends itself by SIGINT instead of with 130 where the interrupt fell into an import: to a shell that is the same.
    """
    signal.signal(signal.SIGTERM, _terminate)
    atexit.register(_over)
    try:
        end_with_nox()
        return work()
    except (UsageError, UvMissing, TableError) as error:
        print(harmless(f"{name}: {error}"), file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno not in SYSTEM:
            raise
        where = f"{error.filename}: " if error.filename else ""
        print(harmless(f"{name}: {where}{error.strerror}; {kept}"), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{name}: interrupted; {kept}", file=sys.stderr)
        return 130


def _terminate(_number: int, _frame: FrameType | None) -> None:
    """End on SIGTERM as on Ctrl-C: children are ended, the store stays whole."""
    raise KeyboardInterrupt


def _over() -> None:
    """What comes while Python takes itself down comes too late: the status stays that of the work."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
