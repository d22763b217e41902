"""Puts the page and the figures in place, from a report that is computed already."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matrix.paths import UsageError
from matrix.store import write_whole
from releases.table import Table
from reports import performance
from reports.evidence import PICTURED, Evidence
from reports.ledger import Judgement, Ledger
from reports.observed import Count, Place, Rows
from reports.page.render import Picture, page
from reports.speeds import Speeds
from reports.stories import first_places
from reports.upgrade import Comparer
from reports.verdicts import Report


def build(
    report: Report,
    judgements: Sequence[Judgement],
    counts: Sequence[Count],
    ledger: Ledger,
    evidence: Evidence,
    table: Table,
    out: Path,
    pictures_of: str | None = None,
    speeds: Speeds | None = None,
) -> None:
    """Write ``index.html`` and ``figures/``. What was timed is read from the tables in ``out``, and from ``speeds``."""
    timed = performance.load(out, speeds)
    comparer = Comparer(report, ledger, {one.version: one.pythons for one in table.everything}, timed)
    pictures: list[Picture] = []
    plots: list[tuple[str, Any]] = []
    said = "No case whose output is a picture of the sources was asked."
    drawn = picture_place(report, evidence, pictures_of)
    if drawn or timed.timed:
        from reports import figures  # matplotlib takes a second to load

        if drawn:
            pictures, missing = figures.pictures(evidence, drawn)
            said = f"Drawn from the records of TensorFlow {drawn.release} on Python {drawn.lane}. " + " ".join(missing)
        plots = figures.timed(timed, [place.leg for place in report.places])
        figures.write(pictures, plots, out / "figures")
    text = page(report, judgements, ledger, comparer, evidence, counts, timed, pictures, said)
    write_whole(out / "index.html", text.encode("utf-8", "backslashreplace"))


def picture_place(report: Report, evidence: Evidence, asked: str | None) -> Place | None:
    """The leg whose records are drawn: of the release asked for, else of the newest that is no candidate."""
    pictured = Rows(tuple(unit for unit in report.rows.units if unit.case in PICTURED))
    first = first_places(pictured, report.axis)
    usable = [place for place in first.values() if any(leg == place.leg for leg, _ in evidence.whole)]
    if asked is not None:
        named = [place for place in usable if asked in (place.position, place.release)]
        if not named:
            known = ", ".join(report.axis.ordered(place.position for place in usable)) or "none"
            raise UsageError(f"there are no pictures of release {asked}. There are of: {known}")
        return named[0]
    minors = [place for place in usable if place.position in report.axis.minors] or usable
    return max(minors, key=lambda place: report.axis.index[place.position], default=None)
