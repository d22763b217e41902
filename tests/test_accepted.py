"""The ledger of this repository: readable, without contradictions, and with a reason for everything that it accepts."""

from __future__ import annotations

from cases._catalog import catalog
from releases.table import load as load_table
from reports import ledger
from reports.axis import Axis
from reports.observed import Questions


def test_every_accepted_outcome_has_a_reason_and_a_case() -> None:
    accepted = ledger.load(Questions.of(catalog()), Axis.of(load_table()), ledger.FOLDER)
    assert list(accepted.without_reason()) == []
    assert list(accepted.unused()) == []


def test_every_wrong_answer_that_is_accepted_has_a_name() -> None:
    """A mismatch that no explanation derives has not been understood; of the sweep, which derives nothing, it has a reason."""
    accepted = ledger.load(Questions.of(catalog()), Axis.of(load_table()), ledger.FOLDER)
    nameless = [
        entry for entry in accepted.entries if entry.behaviour.outcome == "mismatch" and not entry.behaviour.explanation
    ]
    assert [entry for entry in nameless if not (entry.case.startswith("sweep.") and entry.reason)] == []
