"""``nox -s upgrade -- 2.10 2.21``: what changes from one release to another, on the terminal and as Markdown."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from matrix import options, stacks
from matrix.paths import RECORDS, REPORT, UsageError
from matrix.store import Store, write_whole
from matrix.timings import TIMINGS, Timings
from matrix.words import harmless
from releases.table import TableError
from releases.table import load as load_table
from reports import ledger as ledgers
from reports import performance, text, timings, upgrade_text, verdicts
from reports.asked import Asked
from reports.axis import Axis
from reports.observed import places
from reports.reading import read
from reports.terminal import Terminal
from reports.upgrade import Comparer, UnknownRelease, Upgrade


def main(arguments: Sequence[str], console: Console | None = None) -> int:
    """Compare; the exit status is 0, or 2 where the releases or the store cannot be used."""
    try:
        options_ = _parser().parse_args(list(arguments))
        found = compare(options_.before, options_.after, options_)
    except (UsageError, TableError, UnknownRelease) as error:
        print(harmless(f"upgrade: {error}"), file=sys.stderr)
        return 2
    file = options_.out / f"upgrade-{found.before.position}-{found.after.position}.md"
    try:
        write_whole(file, upgrade_text.markdown(found).encode())
    except UsageError as error:
        print(harmless(f"upgrade: {error}"), file=sys.stderr)
        return 2
    terminal = Terminal(console or Console(highlight=False, markup=False, emoji=False))
    show(found, terminal)
    terminal.say()
    terminal.say(f"As Markdown: {file}")
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message}. Name two releases: nox -s upgrade -- 2.10 2.21")


def _parser() -> argparse.ArgumentParser:
    made = _Parser(prog="nox -s upgrade --", allow_abbrev=False, description=__doc__)
    made.add_argument("before", help="the release that you are on: 2.10")
    made.add_argument("after", help="the release that you want: 2.21")
    made.add_argument("--records", type=Path, default=RECORDS, metavar="DIR", help="the store to read")
    made.add_argument("--timings", type=Path, default=TIMINGS, metavar="DIR", help="the times to read")
    made.add_argument("--out", type=Path, default=REPORT, metavar="DIR", help="where the tables are and the file goes")
    made.add_argument("--ledger", type=Path, default=ledgers.FOLDER, metavar="DIR", help="the accepted outcomes")
    return made


def compare(before: str, after: str, options_: argparse.Namespace) -> Upgrade:
    """The two releases, from what is stored."""
    records = options_.records
    table, _ = stacks.choose(options.parse([]))
    axis, known = Axis.of(table), places(table)
    asked = Asked.of(records, None, options_.ledger, Axis.of(load_table()))
    questions = asked.questions
    found, _ = read(Store(records), questions, known)
    if not found.rows:
        raise UsageError(f"{records} holds no answers. Ask first: nox -s matrix -- --releases {before},{after}")
    ledger = asked.ledger()
    report = verdicts.report(found, verdicts.judge(found.rows, ledger), ledger, axis, questions.cases)
    pythons = {release.version: release.pythons for release in table.everything}
    # The rounds are read for this: performance.csv has only comparisons with the release before and with baselines.
    speeds = timings.read(known, questions.cases, Timings.shown(options_.timings))
    comparer = Comparer(report, ledger, pythons, performance.load(options_.out, speeds))
    return comparer.between(comparer.place_of(before), comparer.place_of(after))


def show(found: Upgrade, terminal: Terminal) -> None:
    """All of it, most important first."""
    terminal.say(upgrade_text.title(found), "bold")
    terminal.say(upgrade_text.lead(found))
    terminal.say(upgrade_text.note(found), "dim" if found.same_python else "yellow")
    terminal.say()
    terminal.say(upgrade_text.ENVIRONMENT, "bold")
    for name, before, after in found.environment:
        terminal.say(f"{upgrade_text.PACKAGES[name]}: {before if before == after else f'{before} → {after}'}")
    for name, (heading, _) in upgrade_text.TITLES.items():
        changes = found.sections[name]
        if changes:
            _heading(terminal, heading)
        for change in changes:
            why = "".join(f" {upgrade_text.why(one, change)}" for one in change.reasons)
            terminal.item(change.case, text.patterns(change.patterns), f"{upgrade_text.goes(change)}.{why}")
    for digits, (heading, _) in ((found.lost, upgrade_text.LOST), (found.gained, upgrade_text.GAINED)):
        if digits:
            _heading(terminal, heading)
        for one in digits:
            terminal.item(one.case, "", upgrade_text.digits(one))
    _heading(terminal, upgrade_text.SPEED)
    if not found.speed:
        terminal.say(upgrade_text.NOT_TIMED)
    for timed in found.speed:
        where = f"[{timed.point.replace(',', ', ')}]" if timed.point else ""
        terminal.item(timed.case, where, upgrade_text.speed(timed))
    if found.only_one:
        terminal.say()
        terminal.say(upgrade_text.only_one(found))


def _heading(terminal: Terminal, heading: str) -> None:
    terminal.say()
    terminal.say(heading, "bold")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
