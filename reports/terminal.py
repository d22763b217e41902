"""Shows a run on a terminal, by rich: the table, the sentences, and last what differs from the ledger."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from matrix.words import harmless
from reports import text
from reports.signs import glyph, legend_lines, letters
from reports.stories import Cell
from reports.verdicts import Report

ASCII = {"✓": "=", "✗": "x", "–": "-", "×": "x"}  # noqa: RUF001
STYLES = {
    "match": "green",
    "mismatch": "bold red",
    "raised": "yellow",
    "unsupported": "dim",
    "timeout": "magenta",
    "crashed": "bold magenta",
}


class Terminal:
    """Writes a report to a console; whatever the stream cannot encode is written in ASCII."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.encoding = console.encoding or "utf-8"
        try:
            "".join(ASCII).encode(self.encoding)
            self.plain = False
        except UnicodeEncodeError:
            self.plain = True

    def fit(self, line: str) -> str:
        """The line in the stream's own characters, of which none moves the cursor."""
        line = harmless(line)
        if self.plain:
            for sign, plain in ASCII.items():
                line = line.replace(sign, plain)
        return line.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def say(self, line: str = "", style: str = "") -> None:
        """One paragraph; only a terminal has lines to wrap."""
        self.console.print(Text(self.fit(line), style=style), soft_wrap=not self.console.is_terminal)

    def item(self, case: str, where: str, rest: str) -> None:
        """One sentence about a case."""
        line = Text.assemble((self.fit(case), "bold"), self.fit(f" {where}: {rest}" if where else f": {rest}"))
        self.console.print(line, soft_wrap=not self.console.is_terminal)

    def show(self, report: Report) -> None:
        """All of it."""
        axis = report.axis
        self.say(text.headline(report), "bold")
        self.say()
        legend = letters(report)
        for table in self.tables(report, legend):
            self.console.print(table, crop=False, no_wrap=True)
        for line in legend_lines(report, legend):
            self.say(line, "dim")
        if report.stories:
            self.say()
            self.say("What is not right, by release", "bold")
        for told in report.stories:
            self.item(told.case, text.patterns(told.patterns), text.story(told, axis))
        if report.left_out:
            self.say()
            self.say(
                f"Left out, because it cannot be used: {text.number(len(report.left_out), 'stored unit')}",
                "bold yellow",
            )
        for line in text.left_out(report.left_out):
            self.say(line)
        self.findings(report)

    def findings(self, report: Report) -> None:
        """What differs from the ledger, with the next command."""
        self.say()
        self.say(text.verdict(report), "bold red" if report.findings else "bold green")
        for kind, meaning in text.KINDS.items():
            same = [found for found in report.findings if found.kind == kind]
            if same:
                self.say(meaning, "bold")
            for found in same:
                self.item(found.case, text.patterns(found.patterns), text.finding(found, report))
        if report.findings:
            self.say(f"If this is how it should be: {text.ACCEPT}")
        if report.unreasoned:
            self.say(f"Entries of the ledger without a reason: {report.unreasoned}. Write it in reports/ledger/*.toml")

    def tables(self, report: Report, legend: dict[str, str]) -> Iterator[Table]:
        """The table, in as many blocks of columns as the width asks for."""
        grid = report.grid
        majors = {position.partition(".")[0] for position in grid.positions}
        short = {at: at.partition(".")[2] if len(majors) == 1 else at for at in grid.positions}
        name = f"TensorFlow {next(iter(majors))}." if len(majors) == 1 else "TensorFlow"
        first = max([len(name), *(len(case) for case in grid.cases)])
        first = min(first, max(len(name), self.console.width - 10))
        blocks: list[list[str]] = [[]]
        room = self.console.width - first
        for position in grid.positions:
            size = 1 + max(len(short[position]), *(len(line) for line in self._column(report, position, legend)))
            if size > room and blocks[-1]:
                blocks.append([])
                room = self.console.width - first
            blocks[-1].append(position)
            room -= size
        for block in blocks:
            table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
            table.add_column(name, overflow="fold", width=first)
            for position in block:
                table.add_column(short[position], no_wrap=True)
            for case in grid.cases:
                table.add_row(Text(self.fit(case)), *(self._cell(grid.cells.get((case, at)), legend) for at in block))
            yield table

    def _column(self, report: Report, position: str, legend: dict[str, str]) -> Iterator[str]:
        for case in report.grid.cases:
            cell = report.grid.cells.get((case, position))
            yield from self._cell(cell, legend).plain.split("\n")

    def _cell(self, cell: Cell | None, legend: dict[str, str]) -> Text:
        if cell is None:
            return Text("")
        mixed = 0 < cell.not_matching < cell.points
        sign = glyph(cell, legend) + (f"\n{cell.not_matching}" if mixed else "")
        return Text(self.fit(sign), style=STYLES[cell.worst])
