"""``nox -s candidate`` and ``nox -s nightly``: ask a build that is in no table, and say what it changes.

Exit status: 0 nothing worse, or no new build (which is said); 1 findings, an import that fails included; 2 wrong usage, or
nothing could be asked: the index is down, the build does not install.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from cases import _catalog
from matrix import candidate as asking
from matrix import options, pair
from matrix.ending import status_of
from matrix.known_builds import ASKED, NO_IMPORT, KnownBuild
from matrix.pair import Pair
from matrix.paths import REPORT
from matrix.run import CannotImport
from matrix.store import write_whole
from releases.table import load as load_table
from reports import candidate_files, candidate_text, text, upgrade_text
from reports import ledger as ledgers
from reports.candidate import FINDING, Comparison
from reports.candidate_report import compare
from reports.candidate_text import About
from reports.terminal import Terminal

TABLES = ("correctness", "counts", "environments", "performance", "scaling")
NOTHING_NEW, NOT_INSTALLED, INDEX_DOWN = "no new build", "does not install", "the index is down"


def main(arguments: Sequence[str], console: Console | None = None) -> int:
    """``candidate [SPEC]`` or ``nightly``, with their options."""
    command = arguments[0] if arguments else "candidate"
    terminal = Terminal(console or Console(highlight=False, markup=False, emoji=False))
    return status_of(lambda: _run(command == "nightly", _parse(command, arguments[1:]), terminal), command)


def _parse(command: str, arguments: Sequence[str]) -> argparse.Namespace:
    made = asking.parser(f"nox -s {command} --", None if command == "nightly" else "BUILD")
    made.add_argument(
        "--out", type=Path, metavar="DIR", help="where the report goes; by default build/report/candidate"
    )
    made.add_argument("--ledger", type=Path, default=ledgers.FOLDER, metavar="DIR", help="the accepted outcomes")
    if command == "nightly":
        made.set_defaults(spec="tf-nightly")
    options_ = made.parse_args(list(arguments))
    options_.out = options_.out or REPORT / command
    asking.check_options(options_)
    return options_


def _run(nightly: bool, options_: argparse.Namespace, terminal: Terminal) -> int:
    cases = options.choose_cases(options_.cases)
    about = About(options_.spec or "newest version", "the newest release", "any", options_.spec or "the index", "?")
    try:
        chosen = pair.choose(options_.spec, options_, load_table(), pair.CANDIDATES)
        about = _about(chosen)
        terminal.say(
            f"{about.where}, uploaded {about.uploaded}, on Python {about.lane}, beside {about.baseline}", "bold"
        )
        for line in about.remarks:
            terminal.say(line, "dim")
        known = asking.is_done(chosen, cases, options_) if nightly else None
        if known is not None:
            return _nothing_new(chosen, known, about, cases, options_, terminal)
        asking.ask(chosen, cases, options_)
    except pair.NothingNew as nothing:
        return _failed(dataclasses.replace(about, state=NOTHING_NEW, said=f"{nothing}."), 0, options_, terminal)
    except pair.IndexFails as error:
        return _failed(dataclasses.replace(about, state=INDEX_DOWN, said=str(error)), 2, options_, terminal)
    except pair.CannotUse as error:
        return _failed(dataclasses.replace(about, state=NOT_INSTALLED, said=str(error)), 2, options_, terminal)
    except CannotImport as error:
        if chosen.candidate.id not in str(error):
            raise  # it is the baseline that cannot be imported, and that is no news of the candidate
        said = f"import tensorflow fails, and not in {about.baseline}: {error.__cause__}"
        asking.remember(chosen, NO_IMPORT, words=str(error.__cause__))
        return _failed(dataclasses.replace(about, state=NO_IMPORT, said=said), 1, options_, terminal)
    not_timed = asking.measure(chosen, cases, options_, lambda line: terminal.say(line))
    found = compare(chosen, cases, options_, nightly=nightly, not_timed=not_timed, again=True)
    status = 1 if found.findings else 0
    _write(about, found, status, options_.out)
    asking.remember(chosen, ASKED, timed=not not_timed)
    show(about, found, terminal, options_.out)
    for leg in asking.tidy(chosen) if nightly else ():
        terminal.say(f"removed the virtualenv of {leg}, whose answers are kept", "dim")
    return status


def _about(chosen: Pair) -> About:
    return About(
        release=chosen.candidate.release.version,
        baseline=chosen.baseline.release.version,
        lane=chosen.candidate.lane,
        where=chosen.where,
        uploaded=chosen.uploaded,
        remarks=chosen.remarks,
    )


def _failed(about: About, status: int, options_: argparse.Namespace, terminal: Terminal) -> int:
    """Say why nothing was compared, to people and to machines; another build's page and tables must not stand beside that."""
    for name in ("index.html", *(f"{table}.csv" for table in TABLES)):
        (options_.out / name).unlink(missing_ok=True)
    _write(about, None, status, options_.out)
    terminal.say(f"{about.state[0].upper()}{about.state[1:]}: {about.said}", "bold" if status == 0 else "bold red")
    return status


def _nothing_new(
    chosen: Pair,
    known: KnownBuild,
    about: About,
    cases: Mapping[str, _catalog.CaseInfo],
    options_: argparse.Namespace,
    terminal: Terminal,
) -> int:
    """The newest build was asked before: the same report again, which no longer counts."""
    said = f"{known.version} is still the newest for Python {known.lane}; it was asked on {known.asked_at[:10]}"
    if known.state == NO_IMPORT:
        said = f"{said}, and its import failed: {known.words}"
        return _failed(dataclasses.replace(about, state=NOTHING_NEW, said=said), 0, options_, terminal)
    not_timed = "" if known.timed else "it was not asked for"
    found = compare(chosen, cases, options_, nightly=True, not_timed=not_timed, again=False)
    said += f", with {text.number(found.findings, 'finding')}" if found.findings else ", and nothing was worse"
    about = dataclasses.replace(about, state=NOTHING_NEW, said=f"{said}.")
    _write(about, found, 0, options_.out)
    terminal.say(f"No new build: {about.said}", "bold")
    terminal.say(f"The report of then: {options_.out}")
    return 0


def _write(about: About, found: Comparison | None, status: int, out: Path) -> None:
    write_whole(out / "candidate.md", candidate_text.markdown(about, found).encode("utf-8", "backslashreplace"))
    write_whole(out / "candidate.json", candidate_files.as_json(about, found, status).encode())
    write_whole(out / "junit.xml", candidate_files.as_junit(about, found))


def show(about: About, found: Comparison, terminal: Terminal, out: Path) -> None:
    """What people want to know first; all of it is in the files."""
    upgrade = found.upgrade
    terminal.say()
    terminal.say(candidate_text.headline(about, found), "bold red" if found.findings else "bold green")
    terminal.say(upgrade_text.lead(upgrade))
    for line in candidate_text.differing(found):
        terminal.say(f"It also has {line}", "dim")
    for kind, (heading, _) in candidate_text.HEADINGS.items():
        if found.of(kind):
            terminal.say()
            terminal.say(heading, "bold red" if kind == FINDING else "bold")
        for one in found.of(kind):
            at = text.patterns(one.change.patterns)
            terminal.item(one.change.case, at, candidate_text.told(one, about.release))
    _items(
        terminal,
        candidate_text.SLOWER,
        [
            (one.change.case, candidate_text.where(one.change.point), candidate_text.speed(one, about.release))
            for one in found.slower
        ],
    )
    _items(
        terminal,
        candidate_text.GONE[0],
        [(one.case, text.patterns(one.patterns), candidate_text.gone(one)) for one in found.gone],
    )
    _items(
        terminal,
        candidate_text.MESSAGES[0],
        [(one.case, text.patterns(one.patterns), candidate_text.message(one)) for one in found.messages],
    )
    for digits, (heading, _) in ((upgrade.lost, upgrade_text.LOST), (upgrade.gained, upgrade_text.GAINED)):
        _items(terminal, heading, [(one.case, "", upgrade_text.digits(one)) for one in digits])
    terminal.say()
    if found.speed:
        terminal.say(candidate_text.timed(found))
    if found.not_timed:
        terminal.say(f"Speed was not measured{' again' if found.speed else ''}: {found.not_timed}")
    terminal.say(f"All of it: {out}/candidate.md, candidate.json, junit.xml")
    terminal.say(f"The page: {out}/index.html#upgrade/{upgrade.before.position}/{upgrade.after.position}")


def _items(terminal: Terminal, heading: str, items: Sequence[tuple[str, str, str]]) -> None:
    if items:
        terminal.say()
        terminal.say(heading, "bold")
    for item in items:
        terminal.item(*item)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
