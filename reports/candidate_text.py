"""A candidate in words: the headline, its findings, and the Markdown file that also says all that changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports import text, upgrade_text
from reports.candidate import (
    ACCEPTED,
    BETTER,
    FINDING,
    KNOWN,
    UNSTEADY,
    Comparison,
    CountChange,
    Gone,
    Message,
    Speed,
    Told,
)
from reports.markdown import code, escape

HEADINGS = {
    FINDING: ("Findings", "Not right, and not as in the baseline."),
    KNOWN: ("Known already", "As in a build before this one, which was the first to have it."),
    UNSTEADY: (
        "Not repeatable",
        "Asked twice, one of the two said something else the second time: no difference of releases.",
    ),
    ACCEPTED: ("Accepted", "The ledger expects it of this candidate."),
    BETTER: ("Better", "Right now, and not in the baseline."),
}
SLOWER = "Slower"
GONE = ("Gone since the build before", "The build before had changed it; now it is as in the baseline again.")
MESSAGES = ("Says it in other words", "The same exception, with another message.")
COUNTS = ("Counts", "Tracked numbers that are not what they were.")
FAITHFUL = "Other packages differ as well, because each of the two has those of its own time: a change may come from one of them."


@dataclass(frozen=True)
class About:
    """The candidate as people know it."""

    release: str
    baseline: str
    lane: str
    where: str
    uploaded: str
    remarks: tuple[str, ...] = ()
    state: str = "compared"
    said: str = ""
    """What is to be said besides: that there is no new build, why there is no comparison."""


def headline(about: About, found: Comparison | None) -> str:
    """The whole of it in one line."""
    beside = f"TensorFlow {about.release} beside {about.baseline} on Python {about.lane}"
    if found is None:
        return f"{beside}: {about.state}"
    if about.state != "compared":
        return f"{about.state[0].upper()}{about.state[1:]}: {beside} was compared before"
    if found.findings:
        return f"{beside}: {text.number(found.findings, 'finding')}"
    return f"{beside}: nothing is worse in the {text.number(len(found.cases), 'case')} that both answered"


def told(one: Told, release: str) -> str:
    """What follows the case and points of a change."""
    why = "".join(f" {upgrade_text.why(reason, one.change)}" for reason in one.change.reasons)
    since = "" if one.first == release else f" Since {one.first}."
    said = f' It says: "{text.shorten(one.message)}".' if one.message else ""
    return f"{upgrade_text.goes(one.change)}.{since}{said}{why}"


def speed(one: Speed, release: str) -> str:
    """What follows a timed point."""
    since = "" if one.first == release else f"; since {one.first}"
    return f"{upgrade_text.speed(one.change)}{since}"


def gone(one: Gone) -> str:
    """What follows the case and points of something that is gone."""
    return f"{text.does(one.was)} in {one.last}, {text.does(one.becomes)} again, {text.number(one.points, 'point')}"


def message(one: Message) -> str:
    """What follows the case and points of a message."""
    before, after = (text.shorten(words) for words in (one.before, one.after))
    return f'{one.error_type}, {text.number(one.points, "point")}: "{before}" → "{after}"'


def count(one: CountChange) -> str:
    """What follows the case and point of a count."""
    return f"{one.name} {one.before} → {one.after} (right: {one.expected})"


def where(point: str) -> str:
    """A single point, as patterns are written."""
    return f"[{text.clean(point).replace(',', ', ')}]" if point else ""


def differing(found: Comparison) -> list[str]:
    """Packages other than TensorFlow itself of which the two have other versions."""
    return [
        f"{upgrade_text.PACKAGES[name]} {before} → {after}"
        for name, before, after in found.upgrade.environment
        if name not in ("tensorflow", "pythons") and before != after
    ]


def markdown(about: About, found: Comparison | None) -> str:
    """The file ``candidate.md``."""
    return "\n".join(_lines(about, found)) + "\n"


def _lines(about: About, found: Comparison | None) -> Iterator[str]:
    yield from (f"# {escape(headline(about, found))}", "")
    yield f"{escape(about.where)}, uploaded {about.uploaded}; {escape('; '.join(about.remarks))}."
    if about.said:
        yield from ("", escape(about.said))
    if found is None:
        return
    yield from ("", escape(upgrade_text.lead(found.upgrade)), "", escape(upgrade_text.note(found.upgrade)))
    yield from ("", escape(timed(found) if found.speed else f"Speed was not measured: {found.not_timed}."))
    if differing(found):
        yield from ("", escape(f"{'; '.join(differing(found))}. {FAITHFUL}"))
    if found.upgrade.only_one:
        yield from ("", escape(upgrade_text.only_one(found.upgrade)))
    for kind, (heading, meaning) in HEADINGS.items():
        if found.of(kind):
            yield from ("", f"## {heading}", "", meaning, "")
            yield from (_item(one.change.case, one.change.patterns, told(one, about.release)) for one in found.of(kind))
    if found.slower:
        yield from ("", f"## {SLOWER}", "")
        yield from (_at(one.change.case, one.change.point, speed(one, about.release)) for one in found.slower)
    if found.gone:
        yield from _section(GONE, [_item(one.case, one.patterns, gone(one)) for one in found.gone])
    if found.messages:
        yield from _section(MESSAGES, [_item(one.case, one.patterns, message(one)) for one in found.messages])
    if found.counts:
        yield from _section(COUNTS, [_at(one.case, one.point, count(one)) for one in found.counts])
    yield from ("", "---", "", "All that differs, as an upgrade:")
    yield from upgrade_text.sections(found.upgrade, not_timed=f"Speed was not measured: {found.not_timed}.")


def _section(heading: tuple[str, str], items: Sequence[str]) -> Iterator[str]:
    yield from ("", f"## {heading[0]}", "", heading[1], "", *items)


def _item(case: str, patterns: tuple[str, ...], rest: str) -> str:
    at = text.patterns(patterns)
    return f"- {code(case)}{' ' + code(at) if at else ''}: {escape(rest)}"


def _at(case: str, point: str, rest: str) -> str:
    return f"- {code(case)}{' ' + code(where(point)) if point else ''}: {escape(rest)}"


def timed(found: Comparison) -> str:
    """How many of each verdict."""
    verdicts = [one.change.verdict for one in found.speed]
    counts = ", ".join(
        f"{verdicts.count(verdict)} {verdict}" for verdict in upgrade_text.VERDICTS if verdict in verdicts
    )
    return f"Speed: {text.number(len(verdicts), 'timed point')}: {counts}."
