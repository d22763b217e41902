"""What counts as a finding about a candidate: speed and the ledger's word, computed without a build."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from small_store import AXIS, CANDIDATE, catalogue_at, place, read, write

from matrix.store import Store
from reports import ledger as ledgers
from reports import performance, upgrade_text, verdicts
from reports.candidate import ACCEPTED, BETTER, FINDING, KNOWN, Answers, Judge, message_of
from reports.observed import Behaviour, Place, Row
from reports.upgrade import Comparer

BEFORE, AFTER = place("2.3"), place(CANDIDATE)
EARLIER = [Place(f"tf2.4.0.dev{day}-py3.10", f"2.4.0.dev{day}", f"2.4.0.dev{day}", "3.10", "") for day in (1, 2, 3)]
CHANGED = {"loss=plain,loop=eager": {"outcome": "mismatch", "explanation": "logits shortcut"}}


def timed(*said: tuple[Place, str]) -> performance.Performance:
    """One point timed on some legs against the baseline, each with its verdict."""
    lines = [
        {"leg": leg.leg, "baseline": BEFORE.leg, "case": "c", "point": "", "ratio": ratio, "margin": 0.02}
        | {"ci_low": ratio - 0.01, "ci_high": ratio + 0.01, "verdict": verdict}
        for leg, verdict in said
        for ratio in [{"slower": 1.3, "faster": 0.7}.get(verdict, 1.0)]
    ]
    empty = pd.DataFrame()
    return performance.Performance(pd.DataFrame(lines), empty, empty)


@pytest.mark.parametrize(
    ("verdicts_", "kind", "first"),
    [
        (("same", "same", "same", "slower"), FINDING, AFTER.release),
        (("same", "slower", "slower", "slower"), KNOWN, "2.4.0.dev2"),
        (("slower", "same", "slower", "slower"), KNOWN, "2.4.0.dev3"),
        (("slower", "same", "same", "slower"), FINDING, AFTER.release),
        # Nobody could say: that neither begins nor ends anything.
        (("same", "slower", "inconclusive", "slower"), KNOWN, "2.4.0.dev2"),
        (("same", "slower", "faster", "slower"), FINDING, AFTER.release),
        (("same", "slower", "slower", "inconclusive"), "", None),
        (("slower", "slower", "slower", "same"), "", None),
        (("same", "same", "same", "faster"), BETTER, AFTER.release),
    ],
)
def test_a_slowdown_is_reported_with_the_first_build_that_has_it(
    verdicts_: tuple[str, ...], kind: str, first: str | None
) -> None:
    judge = Judge(_none(), Answers([]), Answers([]), BEFORE, AFTER, EARLIER)
    found = timed(*zip([*EARLIER, AFTER], verdicts_, strict=True))
    (one,) = judge.speed(found, {"c"}, first_only=True)
    assert one.kind == kind
    assert first is None or one.first == first
    # A candidate that is no nightly is told whole.
    (whole,) = judge.speed(found, {"c"}, first_only=False)
    assert whole.kind == (FINDING if kind == KNOWN else kind)
    assert judge.speed(found, {"other"}, first_only=True) == ()


def _none() -> Any:
    return SimpleNamespace(ledger=None)


def judged(tmp_path, monkeypatch, before, after, ledger: str = "") -> dict[str, str]:
    """``{patterns: kind}`` of what changes in one case."""
    asked = catalogue_at(monkeypatch, tmp_path / "cases")
    store = Store(tmp_path / "records")
    write(store, asked, BEFORE.leg, "losses.decorated", before)
    write(store, asked, AFTER.leg, "losses.decorated", after)
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / "losses.toml").write_text(ledger, encoding="utf-8")
    accepted = ledgers.load(asked, AXIS, folder)
    found = read(store, asked)
    report = verdicts.report(found, verdicts.judge(found.rows, accepted), accepted, AXIS, asked.cases)
    judge = Judge(Comparer(report, accepted, {}), Answers(found.rows), Answers([]), BEFORE, AFTER, [])
    return {" ".join(one.change.patterns): one.kind for one in judge.told(first_only=False)}


def test_what_is_not_right_any_more_is_a_finding_and_what_is_right_now_is_not(tmp_path, monkeypatch) -> None:
    assert judged(tmp_path, monkeypatch, {}, CHANGED) == {"loss=plain,loop=eager": FINDING}


def test_what_becomes_right_is_better(tmp_path, monkeypatch) -> None:
    assert judged(tmp_path, monkeypatch, CHANGED, {}) == {"loss=plain,loop=eager": BETTER}


def test_what_stays_wrong_is_no_change(tmp_path, monkeypatch) -> None:
    assert judged(tmp_path, monkeypatch, CHANGED, CHANGED) == {}


def test_what_the_ledger_accepts_of_the_candidate_is_no_finding(tmp_path, monkeypatch) -> None:
    entry = (
        f'[["losses.decorated"]]\npoints = ["loss=plain,loop=eager"]\nreleases = "{CANDIDATE}"\n'
        'outcome = "mismatch"\nexplanation = "logits shortcut"\nreason = "known"\n'
    )
    assert judged(tmp_path, monkeypatch, {}, CHANGED, entry) == {"loss=plain,loop=eager": ACCEPTED}


def test_the_reason_of_an_answer_is_none_of_another(tmp_path, monkeypatch) -> None:
    entry = (
        '[["losses.decorated"]]\npoints = ["loss=plain,loop=eager"]\nreleases = "2.3.."\noutcome = "mismatch"\n'
        'explanation = "logits shortcut"\nreason = "the shortcut"\n'
    )
    asked = catalogue_at(monkeypatch, tmp_path / "cases")
    store, folder = Store(tmp_path / "records"), tmp_path / "ledger"
    folder.mkdir()
    (folder / "losses.toml").write_text(entry, encoding="utf-8")
    write(store, asked, BEFORE.leg, "losses.decorated", CHANGED)
    write(store, asked, AFTER.leg, "losses.decorated", {"loss=plain,loop=eager": {"outcome": "mismatch"}})
    accepted, found = ledgers.load(asked, AXIS, folder), read(store, asked)
    report = verdicts.report(found, verdicts.judge(found.rows, accepted), accepted, AXIS, asked.cases)
    (change,) = Comparer(report, accepted, {}).between(BEFORE.position, AFTER.position).changes
    assert [(one.before, one.after) for one in change.reasons] == [(True, False)]
    assert upgrade_text.why(change.reasons[0], change) == "Until now: the shortcut."


def test_another_wrong_answer_than_the_accepted_one_is_a_finding(tmp_path, monkeypatch) -> None:
    entry = f'[["losses.decorated"]]\nreleases = "{CANDIDATE}"\noutcome = "raised"\nerror_type = "ValueError"\n'
    assert judged(tmp_path, monkeypatch, {}, CHANGED, entry)["loss=plain,loop=eager"] == FINDING


def row(message: str, outcome: str = "raised") -> Row:
    return Row(BEFORE, "c", "", Behaviour(outcome), None, "ValueError", message, {})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("object at 0x7f00aa", "object at 0x7f11bb", True),
        (
            'File "/a/tf2.21-py3.10/lib/python3.10/site-packages/keras/x.py", line 12',
            'File "/b/site-packages/keras/x.py", line 15',
            True,
        ),
        ("in __autograph_generated_fileab12.py", "in __autograph_generated_filecd34.py", True),
        ("shape (3,) and (2,)", "shape (3,) and (4,)", False),
        ("cannot", "will not", False),
    ],
)
def test_words_that_belong_to_a_process_are_no_difference(one: str, other: str, same: bool) -> None:
    assert (message_of(row(one)) == message_of(row(other))) == same
    assert message_of(row(one, "crashed")) is None
