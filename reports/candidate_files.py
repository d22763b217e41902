"""A candidate for machines: ``candidate.json`` and ``junit.xml``."""

from __future__ import annotations

import json
import math
from typing import Any
from xml.etree import ElementTree

from reports import candidate_text, text, upgrade_text
from reports.candidate import FINDING, Comparison, Told
from reports.candidate_text import About
from reports.observed import Behaviour
from reports.speeds import Change as SpeedChange

CANDIDATE_VERSION = 1
"""Of the JSON: raised when a field changes its meaning or goes."""


def as_json(about: About, found: Comparison | None, exit_status: int) -> str:
    """Everything that is said, as data; what is unknown is null."""
    payload: dict[str, Any] = {
        "candidate_version": CANDIDATE_VERSION,
        "state": about.state,
        "said": about.said,
        "headline": candidate_text.headline(about, found),
        "exit_status": exit_status,
        "candidate": {"release": about.release, "from": about.where, "uploaded": about.uploaded},
        "baseline": {"release": about.baseline},
        "python": about.lane,
        "remarks": list(about.remarks),
        "findings": found.findings if found else None,
        "comparison": _comparison(found) if found else None,
    }
    return json.dumps(payload, indent=1, allow_nan=False) + "\n"


def _comparison(found: Comparison) -> dict[str, Any]:
    upgrade = found.upgrade
    return {
        "cases": list(found.cases),
        "answers_compared": upgrade.compared,
        "right_in_both": upgrade.right_in_both,
        "cases_of_one_only": list(upgrade.only_one),
        "environment": {name: {"before": before, "after": after} for name, before, after in upgrade.environment},
        "changes": [_told(one) for one in found.told],
        "gone": [
            {**_where(one.case, one.patterns, one.points), "was": _behaviour(one.was), "in": one.last}
            for one in found.gone
        ],
        "messages": [
            {
                **_where(one.case, one.patterns, one.points),
                "error_type": one.error_type,
                "before": one.before,
                "after": one.after,
            }
            for one in found.messages
        ],
        "counts": [one._asdict() for one in found.counts],
        "digits_lost": [one._asdict() for one in upgrade.lost],
        "digits_gained": [one._asdict() for one in upgrade.gained],
        "speed": [{**_numbers(one.change), "kind": one.kind or None, "first": one.first} for one in found.speed],
        "not_timed": found.not_timed or None,
    }


def _numbers(change: SpeedChange) -> dict[str, Any]:
    """A ratio with its interval; what one restart alone leaves open is null, for which JSON has no infinity."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in change._asdict().items()
    }


def _told(one: Told) -> dict[str, Any]:
    change = one.change
    return {
        "kind": one.kind,
        "section": change.section,
        **_where(change.case, change.patterns, change.points),
        "before": _behaviour(change.before),
        "after": _behaviour(change.after),
        "first": one.first,
        "message": one.message,
        "reasons": [{"text": reason.text, "link": reason.link or None} for reason in change.reasons],
    }


def _where(case: str, patterns: tuple[str, ...], points: int) -> dict[str, Any]:
    return {"case": case, "points": list(patterns), "number_of_points": points}


def _behaviour(behaviour: Behaviour) -> dict[str, str | None]:
    return behaviour._asdict()


def as_junit(about: About, found: Comparison | None) -> bytes:
    """One test per case and per timed point, named the same in every run; a finding is a failure.

    A build that could not be asked is one test, ``build``: an error, or a failure where it is the build's own fault.
    """
    suite = ElementTree.Element("testsuite", name="tfdrift.candidate")
    properties = ElementTree.SubElement(suite, "properties")
    for name in ("release", "baseline", "lane", "where", "uploaded", "state"):
        ElementTree.SubElement(properties, "property", name=name, value=_clean(getattr(about, name)))
    if found is None:
        test = ElementTree.SubElement(suite, "testcase", classname="tfdrift", name="build")
        kind = {"crashes at import": "failure", "no new build": "skipped"}.get(about.state, "error")
        ElementTree.SubElement(test, kind, message=_clean(f"{about.state}: {about.said}"))
    else:
        _tests(suite, about, found)
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    ElementTree.indent(suite)
    return bytes(ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)) + b"\n"


def _tests(suite: ElementTree.Element, about: About, found: Comparison) -> None:
    for case in found.cases:
        test = ElementTree.SubElement(suite, "testcase", classname=f"tfdrift.{case.partition('.')[0]}", name=case)
        lines: dict[bool, list[str]] = {True: [], False: []}
        for one in found.told:
            if one.change.case == case:
                at = text.patterns(one.change.patterns)
                said = f"{at}{': ' if at else ''}{candidate_text.told(one, about.release)}"
                lines[one.kind == FINDING].append(said if one.kind == FINDING else f"{one.kind}: {said}")
        if lines[True]:
            failure = ElementTree.SubElement(test, "failure", message=_clean(lines[True][0]))
            failure.text = "\n".join(map(_clean, lines[True]))
        if lines[False]:
            ElementTree.SubElement(test, "system-out").text = "\n".join(map(_clean, lines[False]))
    for timed in found.speed:
        name = f"{timed.change.case}{candidate_text.where(timed.change.point)}"
        test = ElementTree.SubElement(suite, "testcase", classname="tfdrift.speed", name=_clean(name))
        said = _clean(candidate_text.speed(timed, about.release))
        if timed.kind == FINDING:
            ElementTree.SubElement(test, "failure", message=said)
        else:
            ElementTree.SubElement(test, "system-out").text = said
    if not found.speed:
        test = ElementTree.SubElement(suite, "testcase", classname="tfdrift.speed", name="timing")
        ElementTree.SubElement(test, "skipped", message=_clean(found.not_timed or upgrade_text.NOT_TIMED))


def _clean(words: str) -> str:
    """Text that XML can hold: no control characters, no halves of surrogate pairs."""
    return text.clean(words)
