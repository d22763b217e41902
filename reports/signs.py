"""The signs of the table, one per cell, and the legend that says what they mean."""

from collections.abc import Iterator

from reports import text
from reports.stories import Cell
from reports.verdicts import Report

GLYPHS = {"match": "✓", "mismatch": "✗", "raised": "!", "unsupported": "–", "timeout": "T", "crashed": "C"}  # noqa: RUF001
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def letters(report: Report) -> dict[str, str]:
    """A legend letter for each explanation; after z there are two of them."""
    numbered = enumerate(report.grid.explanations)
    return {name: (LETTERS[n // 26 - 1] if n > 25 else "") + LETTERS[n % 26] for n, name in numbered}


def glyph(cell: Cell, legend: dict[str, str]) -> str:
    """The sign of a cell's worst outcome, with the letter of its explanation if all its mismatches have the same."""
    sign = GLYPHS[cell.worst]
    if cell.worst == "mismatch":
        names = cell.explanations
        sign += "" if names == {None} else legend[next(iter(names)) or ""] if len(names) == 1 else "*"
    return sign


def legend_lines(report: Report, legend: dict[str, str]) -> Iterator[str]:
    """What the signs mean that the table uses."""
    cells = report.grid.cells.values()
    used = {cell.worst for cell in cells}
    missing = len(cells) < len(report.grid.cases) * len(report.grid.positions)
    signs = [f"{sign} {text.VERBS[outcome]}" for outcome, sign in GLYPHS.items() if outcome in used]
    yield ", ".join(signs + ["blank: not run"] * missing)
    yield f"shown: {text.by_kind(report.grid.shown, report.axis)}"
    if legend:
        several = any(len(cell.explanations) > 1 for cell in cells)
        names = [f"{letter} {text.shorten(name)}" for name, letter in legend.items()]
        yield "explanations: " + ", ".join(names + ["* several or partly none"] * several)
    if any(0 < cell.not_matching < cell.points for cell in cells):
        yield "a number: so many points do not match, the rest are right; the sign is of the worst"
