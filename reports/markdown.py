"""Writes ``summary.md``: a run for people in a pull request, in GitHub's Markdown."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reports import text
from reports.signs import glyph, legend_lines, letters
from reports.verdicts import Report

_SPECIAL = re.compile(r"([\\`*_\[\]|~<>&#@$])")


def escape(words: str) -> str:
    """Text that Markdown shows as it is: no markup, no HTML, no mention of people or issues, no column of a table."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text.clean(words))


def code(words: str, *, cell: bool = False) -> str:
    """A code span; within a table a bar would end the cell even there."""
    words = text.clean(words)
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    fence, pad = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{pad}{words}{pad}{fence}".replace("|", "\\|" if cell else "|")


LONGEST = 65_000
"""Characters that fit into a comment of GitHub's, which has the narrower bound of the places where a summary goes."""


class Room(NamedTuple):
    """How much of the lists is written: so many findings, so many sentences, and the table or not."""

    findings: int | None = None
    stories: int | None = None
    table: bool = True


LESS_AND_LESS = (Room(), Room(None, 100), Room(None, 30), Room(None, 0), Room(100, 0), Room(30, 0), Room(30, 0, False))
"""What goes first is what is not new: it is all in the page."""


def summary(report: Report) -> str:
    """The whole file, or as much of it as fits."""
    written = ""
    for room in LESS_AND_LESS:
        written = "\n".join(_lines(report, room)) + "\n"
        if len(written) <= LONGEST:
            break
    return written


def _lines(report: Report, room: Room) -> Iterator[str]:
    yield f"# tfdrift: {'as expected' if not report.findings else text.number(len(report.findings), 'finding')}"
    yield from ("", f"{escape(text.headline(report))}.", "", escape(text.verdict(report)))
    for kind, meaning in text.KINDS.items():
        same = [found for found in report.findings if found.kind == kind]
        if same:
            yield from ("", f"**{meaning[0].upper()}{meaning[1:]}**", "")
        for found in same[: room.findings]:
            yield _item(found.case, found.patterns, text.finding(found, report))
        yield from _more(same, room.findings)
    if report.findings:
        yield from ("", f"If this is how it should be: `{text.ACCEPT}`")
    if room.table:
        yield from _table(report)
    if report.stories:
        yield from ("", "## What is not right, by release", "")
        for told in report.stories[: room.stories]:
            yield _item(told.case, told.patterns, text.story(told, report.axis))
        yield from _more(report.stories, room.stories)
    if report.left_out:
        lines = text.left_out(report.left_out)
        yield from ("", "## Left out", "", "Stored units that cannot be used:", "")
        yield from (f"- {escape(line)}" for line in lines[: room.findings])
        yield from _more(lines, room.findings)
    yield from _environments(report)


def _more(every: Sequence[object], shown: int | None) -> Iterator[str]:
    if shown is not None and len(every) > shown:
        yield f"- and {len(every) - shown} more, which the page (`index.html`) has"


def _item(case: str, patterns: tuple[str, ...], rest: str) -> str:
    where = text.patterns(patterns)
    return f"- {code(case)}{' ' + code(where) if where else ''}: {escape(rest)}"


def _table(report: Report) -> Iterator[str]:
    grid, legend = report.grid, letters(report)
    yield from ("", "## Case by release", "")
    yield "| case | " + " | ".join(grid.positions) + " |"
    yield "| --- |" + " :-: |" * len(grid.positions)
    for case in grid.cases:
        cells = []
        for position in grid.positions:
            cell = grid.cells.get((case, position))
            mixed = cell and 0 < cell.not_matching < cell.points
            cells.append("" if cell is None else glyph(cell, legend) + (f" {cell.not_matching}" if mixed else ""))
        yield f"| {code(case, cell=True)} | " + " | ".join(escape(cell) for cell in cells) + " |"
    for line in legend_lines(report, legend):
        yield from ("", escape(line))


def _environments(report: Report) -> Iterator[str]:
    yield from ("", "<details><summary>The legs</summary>", "")
    yield from ("| leg | Python | Keras | NumPy |", "| --- | --- | --- | --- |")
    for place in report.places:
        versions = report.versions[place.leg]
        shown = (escape(text.shorten(str(versions.get(name) or "?"))) for name in ("python", "keras", "numpy"))
        yield f"| {code(place.leg, cell=True)} | {' | '.join(shown)} |"
    yield from ("", "</details>")
