"""An answer that changes from run to run is told from one that stays."""

from __future__ import annotations

from typing import Any

from cases._record import make_record
from matrix.repeats import CHANGES, combined


def record(outcome: str = "match", value: float = 1.0, **fields: Any) -> dict[str, Any]:
    summary = {"dtype": "float32", "shape": [], "values": [value]}
    output = {"agrees": True, "observed": summary, "expected": summary, "max_abs_err": 0.0, "max_rel_err": 0.0}
    return make_record("leg", "case", {"n": 1}, outcome, outputs={"y": {**output, "non_finite": 0}}, **fields)


def test_what_stays_is_left_as_it_is() -> None:
    runs = [[record(), record("raised", error_type="ValueError", message="no")]] * 3
    assert combined(runs) == runs[0]


def test_what_differs_within_the_tolerance_keeps_its_outcome_and_says_so() -> None:
    (one,) = combined([[record()], [record(value=1.0000001)], [record()]])
    assert (one["outcome"], one["explanation"]) == ("match", None)
    assert one["message"] == "1 of 3 runs differ from the first, within the tolerance"


def test_what_ends_otherwise_is_no_match() -> None:
    wrong = record("mismatch", 2.0, explanation="twice", message="y: 2 where 1 is right")
    (one,) = combined([[record()], [wrong], [record()]])
    assert (one["outcome"], one["explanation"]) == ("mismatch", CHANGES)
    assert one["message"] == "2 of 3 runs: match; 1 of 3 runs: mismatch (twice)"
    assert one["outputs"] == wrong["outputs"]


def test_two_ways_to_fail_are_told_apart() -> None:
    ends = [[record("crashed", error_type="SIGSEGV")], [record("raised", error_type="ValueError")]]
    (one,) = combined(ends)
    assert (one["outcome"], one["error_type"], one["explanation"]) == ("crashed", "SIGSEGV", CHANGES)
