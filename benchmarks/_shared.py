"""What the processes of one asv run leave for each other: asv starts one for every benchmark and combination of parameters.

Notes lie in the folder of asv's fork server, which asv makes and removes with it. Where asv does not fork there is none, and
every process finds out for itself. One process writes at a time, whole lines.
"""

import json
import os
import sys

from cases._record import point_text

FOLDER = os.path.dirname(sys.argv[3]) if sys.argv[1:2] == ["run_server"] else None
"""Of the fork server, in which this module is imported before it forks; None in any other process."""
FAILURES = "TFDRIFT_FAILURES"
"""Names the file to which failures are added for `nox -s history`, which says at the end why benchmarks failed."""


def read(name):
    """Everything that was left under a name, in order."""
    if FOLDER is None:
        return []
    try:
        with open(os.path.join(FOLDER, name + ".jsonl")) as stream:
            return [json.loads(line) for line in stream]
    except FileNotFoundError:
        return []


def leave(name, **note):
    """Leave a note for later processes."""
    if FOLDER is not None:
        _append(os.path.join(FOLDER, name + ".jsonl"), note)


def failed(case, params, why):
    """Say why a benchmark of this point has no value."""
    if os.environ.get(FAILURES):
        _append(os.environ[FAILURES], {"case": case, "point": point_text(params), "why": why})


def _append(path, note):
    # A single write: whole, or not there, whenever the process is killed.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(descriptor, (json.dumps(note) + "\n").encode("ascii"))
    finally:
        os.close(descriptor)
