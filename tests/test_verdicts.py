"""Verdicts: findings, the exit status, histories in words, and the table's cells."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_store import AXIS, CANDIDATE, place, questions

from releases.table import load as load_table
from reports import text, verdicts
from reports.axis import Axis, RangeError
from reports.ledger import Ledger, load
from reports.observed import Behaviour, Observed, Row, Rows
from reports.points import PatternError, Space
from reports.stories import Cell

CASE = "losses.decorated"
MATCH = Behaviour("match")
WRONG = Behaviour("mismatch", "logits shortcut")
RAISED = Behaviour("raised", None, "ValueError")


@pytest.fixture
def asked(tmp_path):
    return questions(tmp_path / "cases")


def row(leg, point, behaviour, case=CASE, message=None):
    return Row(leg, case, point, behaviour, None, behaviour.error_type, message, {})


def report_on(asked, rows, ledger=None):
    ledger = ledger or Ledger([], asked)
    found = Observed(Rows.of(rows))
    return verdicts.report(found, verdicts.judge(found.rows, ledger), ledger, AXIS, asked.cases)


def told(asked, rows):
    report = report_on(asked, rows)
    return [f"{one.case}{text.patterns(one.patterns)}: {text.story(one, AXIS)}" for one in report.stories]


def over(behaviours, points, lanes=None):
    lanes = lanes or {"2.0": "3.7"}
    return [row(place(at, lanes.get(at, "3.10")), p, what) for at, what in behaviours.items() for p in points]


def test_the_exit_status_says_findings_or_nothing_to_report_on(asked):
    assert report_on(asked, []).exit_status == 2
    assert report_on(asked, [row(place("2.1"), "loss=plain,loop=fit", MATCH)]).exit_status == 0
    assert report_on(asked, [row(place("2.1"), "loss=plain,loop=fit", WRONG)]).exit_status == 1


def test_an_entry_that_covers_nothing_is_a_finding_of_its_own(asked, tmp_path):
    entry = '[["losses.decorated"]]\npoints = ["loss=x*"]\nreleases = "2.0.."\noutcome = "crashed"\n'
    (tmp_path / "losses.toml").write_text(entry)
    rows = [row(place("2.1"), "loss=plain,loop=fit", MATCH)]
    report = report_on(asked, rows, load(asked, AXIS, tmp_path))
    assert report.exit_status == 1
    assert [found.kind for found in report.findings] == ["unused"]
    assert text.finding(report.findings[0], report) == "losses.toml:1 covers no point of losses.decorated"
    found = Observed(Rows.of(rows))
    judgements = verdicts.judge(found.rows, Ledger([], asked))
    shown = verdicts.report(found, judgements, load(asked, AXIS, tmp_path), AXIS, ["losses.late"])
    assert not shown.findings, "only of the cases that were asked for"


def test_findings_gather_points_that_differ_alike_on_the_same_legs(asked):
    rows = over({"2.1": WRONG, "2.2": WRONG, "2.3": MATCH}, ["loss=plain,loop=eager", "loss=plain,loop=graph"])
    rows += over({"2.1": MATCH, "2.2": RAISED, "2.3": MATCH}, ["loss=plain,loop=fit"])
    report = report_on(asked, rows)
    assert [(found.kind, found.patterns, text.finding(found, report)) for found in report.findings] == [
        ("new", ("loss=plain,loop=eager|graph",), "wrong (logits shortcut) in 2.1\N{EN DASH}2.2; expected: right."),
        ("new", ("loss=plain,loop=fit",), "raises (ValueError) in 2.2; expected: right."),
    ]


def test_a_finding_names_lanes_only_if_not_all_that_ran_are_meant(asked):
    point = "loss=plain,loop=fit"
    rows = [
        row(place("2.1"), point, MATCH),
        row(place("2.1", "3.7"), point, WRONG),
        row(place("2.0", "3.7"), point, WRONG),
    ]
    rows.append(row(place("2.3", "3.10", "tfkeras"), point, WRONG))
    report = report_on(asked, sorted(rows, key=lambda one: one.place.release))
    assert text.finding(report.findings[0], report) == (
        "wrong (logits shortcut) in 2.0\N{EN DASH}2.1 on Python 3.7; 2.3 on Python 3.10 with tfkeras; expected: right."
    )
    alone = report_on(asked, [row(place("2.3", "3.10", "tfkeras"), point, WRONG)])
    assert "2.3 on Python 3.10 with tfkeras" in text.finding(alone.findings[0], alone), "a variant is never left unsaid"


@pytest.mark.parametrize(
    ("behaviours", "words"),
    [
        (
            {"2.0": WRONG, "2.1": WRONG, "2.2": WRONG, "2.3": WRONG},
            "wrong (logits shortcut) in all of 2.0\N{EN DASH}2.3",
        ),
        ({"2.1": WRONG, "2.2": WRONG, "2.3": MATCH}, "wrong 2.1\N{EN DASH}2.2: logits shortcut; right since 2.3"),
        ({"2.1": MATCH, "2.2": RAISED, "2.3": MATCH}, "right 2.1; raises 2.2: ValueError; right since 2.3"),
        ({"2.0": WRONG, "2.2": WRONG, "2.3": MATCH}, "wrong 2.0, 2.2: logits shortcut; right since 2.3"),
        ({"2.0": MATCH, "2.2": WRONG, "2.3": WRONG}, "right 2.0; wrong 2.2\N{EN DASH}2.3: logits shortcut"),
        ({"2.3": MATCH, CANDIDATE: WRONG}, f"right 2.3; wrong {CANDIDATE}: logits shortcut"),
        ({"2.1": Behaviour("timeout")}, "does not come back in 2.1"),
    ],
)
def test_histories_are_told_in_ranges_of_what_was_run(asked, behaviours, words):
    assert told(asked, over(behaviours, ["loss=plain,loop=fit"])) == [f"{CASE}[loss=plain, loop=fit]: {words}"]


def test_what_is_right_everywhere_is_not_told(asked):
    assert told(asked, over({"2.1": MATCH, "2.2": MATCH}, asked.spaces[CASE].texts)) == []
    early = [
        row(place(at), "n=1", what, "losses.late") for at, what in (("2.1", Behaviour("unsupported")), ("2.2", MATCH))
    ]
    assert told(asked, early) == []
    late = [row(place(at), "n=1", Behaviour("unsupported"), "losses.late") for at in ("2.1", "2.2")]
    assert told(asked, late) == ["losses.late[n=1]: unsupported in all of 2.1\N{EN DASH}2.2"]


def test_other_legs_are_told_only_where_they_differ_from_the_first(asked):
    point = "loss=plain,loop=fit"
    rows = [row(place("2.1"), point, MATCH), row(place("2.1", "3.7"), point, WRONG), row(place("2.2"), point, WRONG)]
    rows += [row(place("2.2", "3.7"), point, WRONG), row(place("2.3", "3.10", "tfkeras"), point, WRONG)]
    assert told(asked, rows) == [
        f"{CASE}[loss=plain, loop=fit]: right 2.1; wrong since 2.2: logits shortcut",
        f"{CASE}[loss=plain, loop=fit]: on Python 3.7 instead: wrong (logits shortcut) in 2.1",
    ], "2.3 was run with tfkeras only, which therefore stands for it"


def test_a_cell_shows_the_worst_and_how_many_do_not_match():
    cell = Cell()
    for behaviour in (MATCH, RAISED, WRONG, Behaviour("crashed"), MATCH):
        cell.add(behaviour)
    assert (cell.worst, cell.points, cell.not_matching, cell.explanations) == ("mismatch", 5, 3, {"logits shortcut"})


SPACE = Space(
    ("a", "b", "c"), [{"a": a, "b": b, "c": c} for a in "xyz" for b in (1, 2) for c in "pq" if (a, c) != ("z", "q")]
)


@settings(max_examples=200, deadline=None)
@given(st.sets(st.sampled_from(SPACE.texts)))
def test_patterns_cover_exactly_the_points_they_stand_for(points):
    patterns = SPACE.cover(points)
    assert set().union(*map(SPACE.select, patterns)) == points
    assert len(patterns) <= len(points)


def test_few_patterns_are_found():
    assert SPACE.cover(SPACE.texts) == ("*",)
    assert SPACE.cover([t for t in SPACE.texts if "b=1" in t]) == ("b=1",)
    assert SPACE.cover([t for t in SPACE.texts if "a=x" in t or "a=y" in t]) == ("a=x|y",)
    assert Space((), [{}]).cover([""]) == ("*",)
    bars = Space(("a",), [{"a": "p|q"}, {"a": "r"}, {"a": "p"}])
    assert [sorted(bars.select(pattern)) for pattern in bars.cover(["a=p|q", "a=r"])] == [["a=p|q"], ["a=r"]]
    with pytest.raises(PatternError, match="never 's'"):
        bars.select("a=r|s")


@settings(max_examples=200, deadline=None)
@given(st.sets(st.sampled_from(AXIS.positions), min_size=1))
def test_ranges_read_back_as_they_were_written(positions):
    assert AXIS.parse(AXIS.format(positions)) == (positions, ())


def test_an_open_range_grows_with_the_table():
    bigger = Axis((*AXIS.minors, "2.4"), ("2.5.0rc0",), AXIS.lanes, {})
    assert bigger.parse("2.2..")[0] == {"2.2", "2.3", "2.4", "2.5.0rc0"}
    assert bigger.parse(f"2.2..2.3, {CANDIDATE}") == ({"2.2", "2.3"}, (CANDIDATE,))
    assert bigger.parse("2.5.0rc0, 2.2")[0] == {"2.2", "2.5.0rc0"}
    assert bigger.parse("2.9.0rc1, 2.2..2.2") == ({"2.2"}, ("2.9.0rc1",))


@pytest.mark.parametrize(
    ("positions", "written", "words"),
    [
        (("2.0",), "2.0", "2.0"),
        (("2.3",), "2.3", "2.3"),
        (("2.0", "2.1", "2.2"), "2.0..2.2", "2.0\N{EN DASH}2.2"),
        (("2.0", "2.1", "2.2", "2.3"), "2.0..2.3", "2.0\N{EN DASH}2.3"),
        (("2.0", "2.2", "2.3"), "2.0, 2.2..2.3", "2.0, 2.2\N{EN DASH}2.3"),
        (("2.0", "2.2", "2.3", CANDIDATE), "2.0, 2.2..", f"2.0, 2.2\N{EN DASH}{CANDIDATE}"),
        (("2.3", CANDIDATE), "2.3..", f"2.3\N{EN DASH}{CANDIDATE}"),
        (("2.2", CANDIDATE), f"2.2, {CANDIDATE}", f"2.2, {CANDIDATE}"),
        ((CANDIDATE,), CANDIDATE, CANDIDATE),
    ],
)
def test_ranges_are_as_short_as_they_can_be(positions, written, words):
    assert AXIS.format(set(positions)) == written
    assert AXIS.words(set(positions)) == words
    assert AXIS.ordered([*reversed(positions), positions[0]]) == list(positions)


def test_an_open_range_is_written_only_if_it_reaches_every_candidate():
    two = Axis(AXIS.minors, ("2.4.0rc0", "2.4.0rc1"), AXIS.lanes, {})
    assert two.format({"2.3", "2.4.0rc1"}) == "2.3, 2.4.0rc1"
    assert two.format({"2.3", "2.4.0rc0", "2.4.0rc1"}) == "2.3.."
    none = Axis(AXIS.minors, (), AXIS.lanes, {})
    assert none.format({"2.2", "2.3"}) == "2.2.."
    with pytest.raises(RangeError, match="there are none now"):
        none.parse("newest")


def test_the_axis_of_the_table_has_its_minors_then_its_candidates():
    known = load_table()
    axis = Axis.of(known)
    assert axis.positions == (
        *(release.minor for release in known.releases),
        *(candidate.version for candidate in known.candidates),
    )
    assert set(axis.legs) == set(axis.positions)
    assert axis.variants == {"", *known.variants}


def test_patterns_are_the_widest_that_fit_and_in_the_order_of_the_points():
    assert SPACE.cover([t for t in SPACE.texts if "a=z" in t]) == ("a=z",), "though a=z,c=p has the same points"
    sizes = Space(("n", "m"), [{"n": n, "m": m} for n in (8, 64) for m in (1, 2)])
    assert sizes.cover(["n=8,m=1", "n=64,m=1", "n=64,m=2"]) == ("m=1", "n=64")
    many = Space(("n", "m"), [{"n": n, "m": m} for n in (8, 64, 128) for m in (1, 2, 3)])
    assert many.cover(["n=8,m=1", "n=64,m=1", "n=64,m=2", "n=64,m=3"]) == ("n=8,m=1", "n=64")
    assert many.cover([]) == ()


def test_boxes_that_differ_in_one_parameter_become_one():
    assert SPACE.cover([t for t in SPACE.texts if t[2] in "xy" and "c=p" in t]) == ("a=x|y,c=p",)
    lanes = Space(("a", "b"), [{"a": a, "b": b} for a in "wxyz" for b in (1, 2, 3)])
    chosen = [t for t in lanes.texts if t[2] in "wyz" and "b=2" not in t]
    assert lanes.cover(chosen) == ("a=w|y|z,b=1|3",)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("b=3", "only 1, 2"),
        ("d=1", "the case has a, b, c"),
        ("x", "'x' in 'x' is not name=value; the case has a, b, c"),
    ],
)
def test_a_pattern_that_means_nothing_says_what_there_is(pattern, words):
    with pytest.raises(PatternError, match=words):
        SPACE.select(pattern)
    with pytest.raises(PatternError, match="no parameters, only '\\*'"):
        Space((), [{}]).select(pattern)


def test_values_may_be_globs_beside_plain_ones():
    assert len(SPACE.select("a=[xy],b=1|2,c=q")) == 4
    assert SPACE.select(" * ") == set(SPACE.texts)
    assert SPACE.select(" a = z , c=p ") == {t for t in SPACE.texts if "a=z" in t}
