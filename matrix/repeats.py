"""``--repeat N``: a question asked N times, each time in a process of its own. An answer that changes is an outcome, not luck."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from cases._record import make_record

CHANGES = "changes from run to run"
"""The explanation of a point whose runs did not all end alike."""

Record = dict[str, Any]


def combined(runs: Sequence[Sequence[Record]]) -> list[Record]:
    """One record for each point, from the records of every run of the same points in the same order."""
    return [_combined(records) for records in zip(*runs, strict=True)]


def _combined(records: Sequence[Record]) -> Record:
    """The first record where all ended alike; else the first that is no match, explained and counted.

    Runs end alike when outcome, explanation and type of error are the same. If they do, and their outputs still differ in some
    bit, the record says so in its message and keeps its outcome: tolerances are there for the order of summation.
    """
    endings = Counter(_ending(record) for record in records)
    if len(endings) == 1:
        first = records[0]
        different = sum(_outputs(record) != _outputs(first) for record in records)
        if not different or first["message"] is not None:
            return first
        message = f"{different} of {len(records)} runs differ from the first, within the tolerance"
        return _changed(first, message=message)
    worst = next(record for record in records if record["outcome"] != "match")
    told = "; ".join(f"{count} of {len(records)} runs: {ending}" for ending, count in endings.most_common())
    return _changed(worst, explanation=CHANGES, message=told)


def _ending(record: Record) -> str:
    detail = record["explanation"] or record["error_type"]
    return f"{record['outcome']} ({detail})" if detail else str(record["outcome"])


def _outputs(record: Record) -> str:
    """What was observed, as text: a NaN equals itself there."""
    return json.dumps({name: output["observed"] for name, output in record["outputs"].items()})


def _changed(record: Record, **fields: Any) -> Record:
    skipped = ("kind", "record_version", "leg", "case", "point", "params", "outcome")
    kept = {name: value for name, value in record.items() if name not in skipped}
    return make_record(record["leg"], record["case"], record["params"], record["outcome"], **{**kept, **fields})
