"""No process stays behind the one that started it, whatever ended that one. Standard library only; Linux, elsewhere nothing."""

from __future__ import annotations

import os
import signal
import sys

STARTED_BY = "TFDRIFT_STARTED_BY"
"""The environment variable by which a session tells its command who waits for it."""


def end_with_parent() -> None:
    """Be sent SIGTERM when the thread that started this process ends, if need be by ``kill -9``."""
    if sys.platform.startswith("linux"):
        import ctypes

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def end_with_nox() -> None:
    """Where a session of nox waits for this process, end with it: raises KeyboardInterrupt if it has ended already."""
    number = os.environ.get(STARTED_BY)
    if number is None:
        return
    if int(number) == os.getppid():
        end_with_parent()
    try:
        os.kill(int(number), 0)
    except OSError:
        raise KeyboardInterrupt from None
