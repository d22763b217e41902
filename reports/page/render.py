"""Makes the one file: templates and assets with the data in them, and a policy under which nothing is ever fetched."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from reports import evidence as evidences
from reports import text, upgrade_text
from reports.ledger import Judgement, Ledger
from reports.observed import Count
from reports.page import data, matrix, operations
from reports.page.encode import embed
from reports.performance import Performance
from reports.signs import letters
from reports.upgrade import Comparer
from reports.verdicts import Report

TEMPLATES = Path(__file__).parent.parent / "templates"
SCRIPTS = ("core.js", "matrix.js", "details.js", "upgrade.js", "performance.js")


@dataclass(frozen=True)
class Picture:
    """A figure as the page shows it."""

    name: str
    title: str
    caption: str
    svg: bytes
    png: bytes = b""

    @property
    def source(self) -> str:
        """An address that holds the picture itself; as an image no script in it runs."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg).decode('ascii')}"


def page(
    report: Report,
    judgements: Sequence[Judgement],
    ledger: Ledger,
    comparer: Comparer,
    evidence: evidences.Evidence,
    counts: Sequence[Count],
    performance: Performance,
    pictures: Sequence[Picture],
    pictures_said: str,
) -> str:
    """The text of ``index.html``."""
    claims = {case: data.claim(info.claim) for case, info in ledger.questions.cases.items()}
    style = _asset("style.css")
    script = "\n".join(_asset(name) for name in SCRIPTS)
    legend = letters(report)
    positions = comparer.positions
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            style=_safe(style),
            style_hash=_digest(style),
            script=_safe(script),
            script_hash=_digest(script),
            data=_safe(embed(data.build(report, judgements, ledger, comparer, evidence, performance))),
            headline=text.headline(report),
            verdict=text.verdict(report),
            clean=not report.findings,
            findings=[
                (found.kind, found.case, text.patterns(found.patterns), text.finding(found, report))
                for found in report.findings
            ],
            left_out=text.left_out(report.left_out),
            positions=report.grid.positions,
            bands=matrix.bands(report),
            families=matrix.families(report, claims),
            statuses=matrix.legend(report),
            missing=len(report.grid.cells) < len(report.grid.cases) * len(report.grid.positions),
            explanations=[(letter, text.shorten(name)) for name, letter in legend.items()],
            shown=text.by_kind(report.grid.shown, report.axis),
            traces=matrix.traces(counts, report, claims),
            namespaces=operations.namespaces(report),
            upgrade_positions=positions,
            upgrade_note="" if len(positions) > 1 else "An upgrade needs answers of two releases; here there is one.",
            not_timed="" if performance.timed else "Nothing was timed yet: nox -s timing",
            not_timed_pair=upgrade_text.NOT_TIMED,
            pictures=pictures,
            pictures_said=pictures_said,
            places=[(place, report.versions[place.leg]) for place in report.places],
            text=text,
        )
    )


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip() + "\n"


def _digest(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")


def _safe(content: str) -> Any:
    """Our own text, or JSON escaped for its element: the template writes it as it is."""
    from markupsafe import Markup

    return Markup(content)
