"""Words for people, free of layout: behaviours, spans of releases, legs. Text from records is made harmless here."""

from collections import Counter
from collections.abc import Sequence

from matrix.words import harmless
from reports.axis import Axis
from reports.observed import Behaviour, LeftOut, Place
from reports.points import EVERY
from reports.stories import Span, Story
from reports.verdicts import UNUSED, Finding, Report

ACCEPT = "nox -s matrix -- --accept"
VERBS = {
    "match": "right",
    "mismatch": "wrong",
    "raised": "raises",
    "unsupported": "unsupported",
    "timeout": "does not come back",
    "crashed": "crashes",
}
KINDS = {
    "new": "new: the ledger says nothing of it",
    "changed": "changed: the ledger says otherwise",
    "stale": "stale: the ledger's entry no longer holds, it is right now",
    UNUSED: "unused: an entry of the ledger that covers nothing",
}
_PATTERNS_SHOWN = 6
_MESSAGE_SHOWN = 160
_UNITS_SHOWN = 600


def clean(text: str) -> str:
    """One line that a terminal can show: blanks joined, and what is not printable (escapes, bidi marks) spelt out."""
    return harmless(" ".join(text.split()))


def shorten(text: str, most: int = _MESSAGE_SHOWN) -> str:
    """A message cut to what fits beside a finding."""
    text = clean(text)
    return text if len(text) <= most else text[: most - 3] + "..."


def detail(behaviour: Behaviour) -> str:
    """What distinguishes a behaviour from others with its outcome, if anything."""
    return ", ".join(shorten(text) for text in behaviour[1:] if text)


def does(behaviour: Behaviour) -> str:
    """``wrong (logits shortcut)``."""
    what = detail(behaviour)
    return VERBS[behaviour.outcome] + (f" ({what})" if what else "")


def patterns(found: Sequence[str]) -> str:
    """``[loss=plain, loop=graph; loop=fit]``; nothing for every point."""
    if EVERY in found:
        return ""
    shown = [clean(pattern).replace(",", ", ").replace("|", "/") for pattern in found[:_PATTERNS_SHOWN]]
    more = [f"and {len(found) - len(shown)} more"] if len(found) > len(shown) else []
    return f"[{'; '.join(shown + more)}]"


def history(spans: Sequence[Span], axis: Axis) -> str:
    """``wrong 2.4–2.15: logits shortcut; right since 2.16``, or ``wrong (…) in all of 2.0–2.21``."""  # noqa: RUF002
    if len(spans) == 1:
        where = axis.words(spans[0].positions)
        return f"{does(spans[0].behaviour)} in {'all of ' if len(spans[0].positions) > 1 else ''}{where}"
    run = {position for span in spans for position in span.positions}
    return "; ".join(_span(span, axis, run) for span in spans)


def _span(span: Span, axis: Axis, run: set[str]) -> str:
    first = axis.index[span.positions[0]]
    # "Since" says that it was otherwise just before, and so ever after: only where both were looked at.
    before = first > 0 and axis.positions[first - 1] in run
    since = before and first < len(axis.minors) and set(axis.minors[first:]) <= set(span.positions)
    where = f"since {span.positions[0]}" if since else axis.words(span.positions)
    what = detail(span.behaviour)
    return f"{VERBS[span.behaviour.outcome]} {where}" + (f": {what}" if what else "")


def on(lane: str | None, variant: str | None) -> str:
    """The leg that a remark is about, where it is not the first one."""
    if lane is None:
        return ""
    return f"on Python {lane}" + (f" with {variant}" if variant else "")


def story(told: Story, axis: Axis) -> str:
    """What follows a story's case and points."""
    where = on(told.lane, told.variant)
    return (f"{where} instead: " if where else "") + history(told.spans, axis)


def legs(found: Finding, report: Report) -> str:
    """The releases of a finding; lanes and variants are named unless all legs that ran the case there are meant."""
    releases = {place.position for place in found.places}
    plain = {place.position for place in found.places if not place.variant}
    if plain == releases and set(found.places) == {
        place for place in report.ran[found.case] if place.position in releases
    }:
        return report.axis.words(releases)
    return by_kind(found.places, report.axis)


def by_kind(places: Sequence[Place], axis: Axis) -> str:
    """``2.0–2.7 on Python 3.7; 2.8–2.21 on Python 3.10``."""  # noqa: RUF002
    kinds: dict[tuple[str, str], set[str]] = {}
    for place in places:
        kinds.setdefault((place.lane, place.variant), set()).add(place.position)
    return "; ".join(f"{axis.words(found)} {on(*kind)}" for kind, found in kinds.items())


def finding(found: Finding, report: Report) -> str:
    """What follows a finding's case and points."""
    if found.entry is not None:
        return f"{found.entry.where} {found.remark}"
    observed = does(found.observed) if found.observed else ""
    said = f' It said: "{shorten(found.message)}"' if found.message and found.kind != "stale" else ""
    return f"{observed} in {legs(found, report)}; expected: {does(found.expected)}.{said}"


def headline(report: Report) -> str:
    """The run in one sentence."""
    parts = ", ".join(f"{report.outcomes[name]} {name}" for name in VERBS if report.outcomes[name])
    releases = report.axis.words(report.grid.positions)
    return (
        f"{number(len(report.rows), 'answer')} of {number(len(report.places), 'leg')} to "
        f"{number(len(report.grid.cases), 'case')}, TensorFlow {releases}: {parts}"
    )


def verdict(report: Report) -> str:
    """How the run stands to the ledger, in one sentence."""
    if not report.findings:
        return "Everything is as the ledger expects."
    kinds = Counter(found.kind for found in report.findings)
    parts = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind])
    return f"{number(len(report.findings), 'finding')} that the ledger does not expect: {parts}."


def left_out(units: Sequence[LeftOut]) -> list[str]:
    """Units that say nothing here, gathered by reason, each with a command that repeats it."""
    by_reason: dict[str, list[LeftOut]] = {}
    for unit in units:
        by_reason.setdefault(unit.reason, []).append(unit)
    lines = []
    for reason, same in by_reason.items():
        names = ", ".join(f"{unit.leg}/{unit.case}" for unit in same[:3])
        more = f" and {len(same) - 3} more" if len(same) > 3 else ""
        commands = [unit.command for unit in same if unit.command]
        # One unit is repeated by its own command; of many, a run repeats whatever is stale or missing.
        again = commands[0] if len(commands) == 1 else "nox -s matrix" if commands else ""
        said = f"{shorten(names, _UNITS_SHOWN)}{more}: {shorten(reason, _UNITS_SHOWN)}."
        lines.append(said + (f" Again: {clean(again)}" if again else ""))
    return lines


def number(count: int, noun: str) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
