"""``nox -s report``: the tables, the ledger's verdict and the summary of what is stored; see ``--help``."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from matrix import options, plan, shares, stacks
from matrix.paths import RECORDS, REPORT, UsageError
from matrix.store import Store, write_whole
from matrix.timings import TIMINGS, Timings
from matrix.words import harmless
from releases.select import SelectionError, select
from releases.table import Table, TableError, load
from reports import ledger as ledgers
from reports import tables, timings, verdicts
from reports.asked import Asked
from reports.axis import Axis
from reports.beside import beside
from reports.build import build
from reports.markdown import summary
from reports.observed import Observed, Place, Rows, places
from reports.reading import read
from reports.terminal import Terminal
from reports.text import left_out

PLAIN_WIDTH = 100
"""Columns of the table where there is no terminal to ask."""
MANY_ROWS = 100_000
"""Rows from which on their table is written while the page is made."""


def main(arguments: Sequence[str]) -> int:
    """Report on the store; the exit status is 0 (nothing unexpected), 1 (findings) or 2 (nothing to report on)."""
    try:
        return _report(_parser().parse_args(list(arguments)))
    except (UsageError, TableError, SelectionError) as error:
        print(harmless(f"reports: {error}"), file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    """The matrix session's options, since nox passes both sessions the same ones, and where to read and write."""
    parser = options.parser("python -m reports", shared=True)
    parser.add_argument("--records", type=Path, default=RECORDS, metavar="DIR", help="the store to read")
    parser.add_argument("--timings", type=Path, default=TIMINGS, metavar="DIR", help="the times to read")
    parser.add_argument("--out", type=Path, default=REPORT, metavar="DIR", help="where the tables and summary.md go")
    parser.add_argument(
        "--pictures-of", metavar="RELEASE", help="whose records are drawn; by default the newest release's"
    )
    parser.add_argument("--if-any", action="store_true", help="it is no error that nothing was asked yet")
    parser.add_argument("--ledger", type=Path, default=ledgers.FOLDER, metavar="DIR", help="the accepted outcomes")
    return parser


def _report(options_: argparse.Namespace) -> int:
    if options_.shard:
        return _share(options_)
    table, variants = stacks.choose(options_)
    axis, known = Axis.of(table), places(table)
    shown_cases = set(options.choose_cases(options_.cases))
    asked = Asked.of(options_.records, options_.cases, options_.ledger, Axis.of(load()))
    questions = asked.questions
    shown_legs = _legs(options_, table, known, variants)
    store = Store(options_.records)
    everything, evidence = read(store, questions, known)
    # Without a choice also what belongs to no leg or case any more is named.
    shown = _only(everything, shown_legs, shown_cases) if _chosen(options_) else everything
    ledger = asked.ledger()
    terminal = Terminal(_console())
    if options_.accept and shown.rows:
        written = asked.accept(shown.rows)
        ledger = asked.ledger()
        terminal.say(
            f"The ledger is rewritten: {', '.join(map(str, written))}" if written else "The ledger holds already."
        )
    all_judgements = verdicts.judge(everything.rows, ledger)

    def answers() -> None:
        tables.write_correctness(everything.rows, all_judgements, options_.out / "correctness.csv")

    tables.write_csv(tables.counts(everything.counts), options_.out / "counts.csv")
    tables.write_csv(tables.environments(store.environments(), known), options_.out / "environments.csv")
    times = Timings.shown(options_.timings)
    speeds = timings.read(known, questions.cases, times)
    timed = timings.write(options_.out, known, questions.cases, times, speeds)
    if (timed or options_.if_any) and not everything.rows and not _chosen(options_):
        # A machine that only times has nothing to judge, and that is no fault of its times.
        answers()
        for line in [*timed, "No answers are stored, so there is no page yet: nox -s matrix"]:
            terminal.say(line)
        return 0
    if not shown.rows:
        answers()
        for line in left_out(shown.left_out):
            print(f"reports: {line}", file=sys.stderr)
        what = "the cases and releases asked for" if everything.rows else "these cases"
        raise UsageError(f"{options_.records} holds no answer to {what}. Ask first: nox -s matrix")
    judgements = all_judgements if shown is everything else verdicts.judge(shown.rows, ledger)
    with beside(answers, worth_it=len(everything.rows) > MANY_ROWS):
        report = verdicts.report(shown, judgements, ledger, axis, shown_cases)
        write_whole(options_.out / "summary.md", summary(report).encode())
        build(report, judgements, shown.counts, ledger, evidence, table, options_.out, options_.pictures_of, speeds)
    terminal.show(report)
    for line in timed:
        terminal.say(line)
    terminal.say(f"The page, tables and summary: {options_.out}")
    return report.exit_status


def _share(options_: argparse.Namespace) -> int:
    """Say that a share is whole. What it found is judged after the merge, with what the other machines found."""
    cases = options.choose_cases(options_.cases)
    own = plan.share(options_, cases)
    shares.finish(own, cases, Store(options_.records), options_)
    print(
        f"Share {own.name} is whole: {len(own.legs)} of {len(own.of)} legs, {len(cases)} cases each, in "
        f"{options_.records}. Where all shares are together: nox -s merge -- FOLDER..."
    )
    return 0


def _legs(options_: argparse.Namespace, table: Table, known: dict[str, Place], variants_: str | None) -> set[str]:
    """The legs to show: those of the releases, lanes and variants asked for, by default every one."""
    releases = {
        release.version for release in (select(options_.releases, table) if options_.releases else table.everything)
    }
    lanes = _words(options_.lanes, set(table.lanes), "lane")
    variants = _words(variants_, {ledgers.PLAIN, *table.variants}, "variant")
    return {
        place.leg
        for place in known.values()
        if place.release in releases and place.lane in lanes and (place.variant or ledgers.PLAIN) in variants
    }


def _words(text: str | None, known: set[str], what: str) -> set[str]:
    names = {name.strip() for name in text.split(",")} if text else {"all"}
    for name in sorted(names - known - {"all"}):
        raise UsageError(f"there is no {what} {name}. Choose from {', '.join(sorted(known))}, or all")
    return known if "all" in names else names


def _chosen(options_: argparse.Namespace) -> bool:
    return any((options_.releases, options_.lanes, options_.variants, options_.cases, options_.with_))


def _only(found: Observed, legs: set[str], cases: set[str]) -> Observed:
    return Observed(
        rows=Rows(tuple(unit for unit in found.rows.units if unit.case in cases and unit.place.leg in legs)),
        counts=[count for count in found.counts if count.case in cases and count.place.leg in legs],
        left_out=[unit for unit in found.left_out if unit.case in cases and unit.leg in legs],
    )


def _console() -> Console:
    wide = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PLAIN_WIDTH
    return Console(highlight=False, markup=False, emoji=False, width=wide)


if __name__ == "__main__":
    # Nothing that is read is dropped before the end: looking for it costs a third of the time.
    gc.disable()
    raise SystemExit(main(sys.argv[1:]))
