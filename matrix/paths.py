"""Where generated things lie: everything under ``build/``, or under ``$TFDRIFT_BUILD``."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("TFDRIFT_BUILD") or ROOT / "build")
RECORDS = BUILD / "records"
VENVS = BUILD / "venvs"
SCRATCH = BUILD / "scratch"
REPORT = BUILD / "report"
PYTHONS = BUILD / "pythons.json"


class UsageError(Exception):
    """What was asked for cannot be done; the message says what, where, and the next command. Exit status 2."""
