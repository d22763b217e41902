"""An upgrade in words: the titles that page, Markdown and terminal share, and the Markdown file."""

from collections.abc import Iterator

from reports import text
from reports.markdown import code, escape
from reports.speeds import Change as SpeedChange
from reports.upgrade import Change, Digits, Reason, Upgrade

TITLES = {
    "wrong": ("Becomes wrong", "An answer comes without an error, and it is not the mathematical one."),
    "breaks": ("Crashes or hangs", "The process ends, or no answer comes in time."),
    "refused": ("Newly refused", "What gave an answer raises now, or is no longer there."),
    "otherwise": ("Not right in another way", "Not right in either release, but not the same."),
    "right": ("Becomes right", "Code that worked around it can be simplified."),
    "available": ("Newly available", "The release before lacks it."),
    "retraces": ("Retraces differently", "How often tf.function traces, against what the documentation promises."),
    "stays": ("Stays not right", "Wrong or refused in both releases in the same way: the upgrade does not change it."),
}
LOST = ("Loses digits", "Right in both releases, with errors ten times larger or more.")
GAINED = ("Gains digits", "Right in both releases, with errors ten times smaller or less.")
SPEED = "Slower or faster"
ENVIRONMENT = "The environment"
NOT_TIMED = "Speed was not measured for these two releases yet: nox -s timing"
NOT_SHARED = "No case was answered by both, so that nothing can be compared:"
NOTHING = "Nothing."
PACKAGES = {
    "tensorflow": "TensorFlow",
    "pythons": "Pythons that can run it",
    "python": "Python compared here",
    "keras": "Keras",
    "numpy": "NumPy",
    "protobuf": "protobuf",
}
VERDICTS = {
    "slower": "slower",
    "faster": "faster",
    "same": "same",
    "inconclusive": "inconclusive: the interval is wider than the margin",
}
THROUGH = "never measured together: joined over"
_COUNTED = {
    "wrong": ("becomes wrong", "become wrong"),
    "breaks": ("crashes or hangs now", "crash or hang now"),
    "refused": ("is newly refused", "are newly refused"),
    "right": ("becomes right", "become right"),
    "available": ("is newly available", "are newly available"),
    "retraces": ("retraces differently", "retrace differently"),
}


def title(upgrade: Upgrade) -> str:
    """``From TensorFlow 2.10.1 to 2.21.0``."""
    return f"From TensorFlow {upgrade.before.release} to {upgrade.after.release}"


def lead(upgrade: Upgrade) -> str:
    """The whole of it in one or two sentences."""
    if not upgrade.compared:
        return f"{NOT_SHARED} nox -s matrix -- --releases {upgrade.before.position},{upgrade.after.position}"
    sizes = {name: sum(one.points for one in upgrade.sections[name]) for name in _COUNTED}
    parts = [f"{sizes[name]} {words[sizes[name] > 1]}" for name, words in _COUNTED.items() if sizes[name]]
    stays = sum(one.points for name in ("stays", "otherwise") for one in upgrade.sections[name])
    return (
        f"Of {upgrade.compared} answers that both releases gave, {upgrade.right_in_both} are right in both"
        + (f"; {', '.join(parts)}" if parts else "; nothing changes")
        + (f"; {stays} stay not right." if stays else ".")
    )


def note(upgrade: Upgrade) -> str:
    """On which legs the two are compared, and what that means."""
    before, after = upgrade.before, upgrade.after
    if upgrade.same_python:
        return f"Both on {_on(before.lane, before.variant)}: no difference is Python's."
    return (
        f"No Python was asked on both: {before.release} on {_on(before.lane, before.variant)}, {after.release} on "
        f"{_on(after.lane, after.variant)}. Some of the difference may be theirs."
    )


def _on(lane: str, variant: str) -> str:
    return text.on(lane, variant).removeprefix("on ")


def only_one(upgrade: Upgrade) -> str:
    """What was not compared."""
    return f"Not compared, because only one of the two answered: {', '.join(upgrade.only_one)}."


def goes(change: Change) -> str:
    """``right → wrong (logits shortcut), 3 points``."""
    if change.section == "stays":
        return f"{text.does(change.after)}, {text.number(change.points, 'point')}"
    return f"{text.does(change.before)} → {text.does(change.after)}, {text.number(change.points, 'point')}"


def digits(found: Digits) -> str:
    """``largest relative error 3e-08 → 2e-06, 4 points``."""
    return f"relative error {found.before:.0e} → {found.after:.0e} at worst, {text.number(found.points, 'point')}"


def speed(change: SpeedChange) -> str:
    """``1.32 times the time [1.28, 1.36], margin 5 %: slower``, and over which release it was joined, if over one."""
    what = VERDICTS.get(change.verdict, change.verdict) + (f" ({THROUGH} {change.through})" if change.through else "")
    return (
        f"{change.ratio:.3g} times the time [{change.ci_low:.3g}, {change.ci_high:.3g}], "
        f"margin {100 * change.margin:.3g} %: {what}"
    )


def markdown(upgrade: Upgrade) -> str:
    """The file ``upgrade-2.10-2.21.md``."""
    return "\n".join(_lines(upgrade)) + "\n"


def _lines(upgrade: Upgrade) -> Iterator[str]:
    yield from (f"# {escape(title(upgrade))}", "", escape(lead(upgrade)), "", escape(note(upgrade)))
    if upgrade.only_one:
        yield from ("", escape(only_one(upgrade)))
    yield from sections(upgrade)


def sections(upgrade: Upgrade, *, not_timed: str = NOT_TIMED) -> Iterator[str]:
    """The lines of the Markdown below the first sentences."""
    yield from ("", f"## {ENVIRONMENT}", "")
    yield from (f"| | {escape(upgrade.before.position)} | {escape(upgrade.after.position)} |", "| --- | --- | --- |")
    for name, before, after in upgrade.environment:
        yield f"| {escape(PACKAGES[name])} | {escape(text.shorten(before))} | {escape(text.shorten(after))} |"
    for name, (heading, meaning) in TITLES.items():
        changes = upgrade.sections[name]
        yield from ("", f"## {heading}", "")
        if not changes:
            yield NOTHING
            continue
        if meaning:
            yield from (meaning, "")
        yield from map(_item, changes)
    for found, (heading, meaning) in ((upgrade.lost, LOST), (upgrade.gained, GAINED)):
        if found:
            yield from ("", f"## {heading}", "", meaning, "")
            yield from (f"- {code(one.case)}: {escape(digits(one))}" for one in found)
    yield from ("", f"## {SPEED}", "")
    if not upgrade.speed:
        yield escape(not_timed)
    for timed in upgrade.speed:
        yield f"- {code(timed.case)}{_points(timed.point)}: {escape(speed(timed))}"


def _item(change: Change) -> str:
    where = text.patterns(change.patterns)
    why = " ".join(reason(one, change) for one in change.reasons)
    return (
        f"- {code(change.case)}{' ' + code(where) if where else ''}: {escape(goes(change))}{'. ' + why if why else ''}"
    )


def reason(found: Reason, change: Change) -> str:
    """A reason with where to read on; Markdown."""
    return escape(why(found, change))


def why(found: Reason, change: Change) -> str:
    """A reason with where to read on, and whether it is one of the past."""
    past = "" if found.after or change.section == "stays" else "Until now: "
    return f"{past}{text.clean(found.text).rstrip('.')}{f' ({found.link})' if found.link else ''}."


def _points(point: str) -> str:
    return f" {code('[' + point.replace(',', ', ') + ']')}" if point else ""
