"""How often a fault was tried and survived: kept by the tests, printed as the table of docs/faults.md by `nox -s faults`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from matrix.paths import BUILD

FOLDER = BUILD / "faults"
LONG = os.environ.get("TFDRIFT_FAULTS") == "long"
"""Whether this is `nox -s faults`, which takes its time."""


def many(short: int, long: int) -> int:
    """How often a test tries its fault."""
    return long if LONG else short


def survived(fault: str, times: int, means: str) -> None:
    """Note that a fault was survived so often; ``means`` says what that is: what was checked after each."""
    if LONG:
        FOLDER.mkdir(parents=True, exist_ok=True)
        name = "".join(character if character.isalnum() else "-" for character in fault)
        line = {"fault": fault, "times": times, "means": means}
        (FOLDER / f"{name}.json").write_text(json.dumps(line), encoding="utf-8")


def table() -> str:
    """The Markdown table of all that was noted, in order of the faults."""
    notes = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    rows = [f"| {note['fault']} | {note['times']:,} | {note['means']} |" for note in notes]
    return "\n".join(["| fault | survived | what holds after each |", "| --- | --: | --- |", *rows])


if __name__ == "__main__":
    if sys.argv[1:] == ["forget"]:
        for old in Path(FOLDER).glob("*.json"):
            old.unlink()
    else:
        print(table())
