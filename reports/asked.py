"""The questions that a store has answers to: tfdrift's cases, and one's own, each held to the ledger of its folder."""

from dataclasses import dataclass
from pathlib import Path

from matrix import options, own_cases, stacks
from reports import ledger as ledgers
from reports.accept import accept
from reports.axis import Axis
from reports.ledger import Ledger
from reports.observed import Questions, Rows

OWN_LEDGER = "ledger"
"""The folder of accepted outcomes beside the cases of one's own."""


@dataclass(frozen=True)
class Asked:
    """All questions, and which ledger has the accepted answers to which."""

    questions: Questions
    parts: tuple[tuple[Questions, Path], ...]
    axis: Axis
    """Of the table alone: a ledger knows no stack of somebody's own."""

    @classmethod
    def of(cls, root: Path, patterns: str | None, folder: Path, axis: Axis) -> "Asked":
        """What the store at ``root`` knows and ``patterns`` name; ``folder`` is the ledger of tfdrift's own cases."""
        own = dict(options.choose_cases(None))
        known = own_cases.known(root, patterns)
        together = {**own, **{case: info for cases in known.values() for case, info in cases.items()}}
        named = {case: f"{place}/{case}" for place, cases in known.items() for case in cases}
        parts = [(Questions.of(own), folder), *((Questions.of(cases), at / OWN_LEDGER) for at, cases in known.items())]
        return cls(Questions.of(together, named), tuple(parts), axis)

    def ledger(self) -> Ledger:
        """The accepted outcomes of all of them."""
        entries = [
            entry for questions, folder in self.parts for entry in ledgers.load(questions, self.axis, folder).entries
        ]
        return Ledger(entries, self.questions)

    def accept(self, rows: Rows) -> list[Path]:
        """Write what was observed into the ledgers; what a stack of one's own gave is nobody else's expectation."""
        plain = [row for row in rows if stacks.base_variant(row.place.variant) == row.place.variant]
        written = []
        for questions, folder in self.parts:
            own = [row for row in plain if row.case in questions.cases]
            if own:
                written += accept(own, ledgers.load(questions, self.axis, folder), self.axis, folder)
        return written
