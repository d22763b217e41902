"""Accepting: what was observed becomes what is expected, exactly, in few lines, and nothing else changes."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_store import AXIS, CANDIDATE, LEGS, place, questions

from reports.accept import accept, accepted
from reports.ledger import AS_EXPECTED, Ledger, load
from reports.observed import Behaviour, Row

CASE = "losses.decorated"
BEHAVIOURS = [
    Behaviour("match"),
    Behaviour("mismatch"),
    Behaviour("mismatch", "logits shortcut"),
    Behaviour("raised", None, "ValueError"),
    Behaviour("raised", None, "TypeError"),
    Behaviour("unsupported"),
    Behaviour("timeout"),
]
COUNTED = [
    Behaviour("match"),
    Behaviour("mismatch", None, None, "traces=2"),
    Behaviour("mismatch", None, None, "traces=3"),
]


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    return questions(tmp_path_factory.mktemp("cases"))


def cells(asked, case):
    return [(p, at, pair) for p in asked.spaces[case].texts for at, pairs in LEGS.items() for pair in pairs]


def make_rows(cube, case=CASE):
    return [Row(place(at, *pair), case, p, what, None, None, None, {}) for (p, at, pair), what in cube.items()]


def statuses(rows, ledger):
    return [ledger.judge(row.case, row.point, row.place, row.behaviour).status for row in rows]


def read_back(texts, asked):
    with tempfile.TemporaryDirectory() as folder:
        for family, text in texts.items():
            (Path(folder) / f"{family}.toml").write_text(text, encoding="utf-8")
        return load(asked, AXIS, Path(folder))


def cube_of(draw, asked, case, behaviours, every):
    """Random outcomes, blocky as real ones are: each point follows another one or is drawn by itself."""
    every_cell = cells(asked, case)
    palette = draw(st.lists(st.sampled_from(behaviours), min_size=1, max_size=3))
    cube = {cell: draw(st.sampled_from(palette)) for cell in every_cell}
    if every:
        return cube
    kept = draw(st.lists(st.sampled_from(every_cell), unique=True))
    return {cell: cube[cell] for cell in kept}


PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@PROPERTY
@given(data=st.data(), every=st.booleans())
@pytest.mark.parametrize(
    ("case", "behaviours"), [(CASE, BEHAVIOURS), ("losses.late", BEHAVIOURS), ("tape.traces", COUNTED)]
)
def test_after_accepting_nothing_is_unexpected_and_accepting_again_changes_nothing(
    asked, case, behaviours, data, every
):
    ledger = Ledger([], asked)
    for _ in range(2):
        rows = make_rows(cube_of(data.draw, asked, case, behaviours, every), case)
        texts = accepted(rows, ledger, AXIS)
        ledger = read_back(texts, asked)
        assert set(statuses(rows, ledger)) <= {AS_EXPECTED}
        assert accepted(rows, ledger, AXIS) == texts


@PROPERTY
@given(data=st.data())
@pytest.mark.parametrize(("case", "behaviours"), [(CASE, BEHAVIOURS), ("tape.traces", COUNTED)])
def test_one_changed_cell_is_reported_and_no_other(asked, case, behaviours, data):
    cube = cube_of(data.draw, asked, case, behaviours, True)
    ledger = read_back(accepted(make_rows(cube, case), Ledger([], asked), AXIS), asked)
    changed = data.draw(st.sampled_from(sorted(cube)))
    other = data.draw(st.sampled_from([what for what in behaviours if what != cube[changed]]))
    rows = make_rows({**cube, changed: other}, case)
    found = [
        (row.point, row.place)
        for row, status in zip(rows, statuses(rows, ledger), strict=True)
        if status != AS_EXPECTED
    ]
    assert found == [(changed[0], place(changed[1], *changed[2]))]


@PROPERTY
@given(data=st.data())
def test_what_was_not_run_keeps_what_was_expected_of_it(asked, data):
    cube = cube_of(data.draw, asked, CASE, BEHAVIOURS, True)
    before = read_back(accepted(make_rows(cube), Ledger([], asked), AXIS), asked)
    again = cube_of(data.draw, asked, CASE, BEHAVIOURS, False)
    after = read_back(accepted(make_rows(again), before, AXIS), asked)
    for point, at, pair in cells(asked, CASE):
        # A candidate that was not run may follow the newest release, and a lane the others of a release never accepted.
        entries_there = any(before.entry(CASE, point, at, *one) for one in LEGS[at])
        run_there = any((point, at, one) in again for one in LEGS[at])
        if (point, at, pair) not in again and at != CANDIDATE and (entries_there or not run_there):
            old, new = (ledger.entry(CASE, point, at, *pair) for ledger in (before, after))
            assert (new and new.behaviour) == (old and old.behaviour)


def everywhere(asked, what, points=None, positions=None):
    wanted = [c for c in cells(asked, CASE) if (not points or c[0] in points) and (not positions or c[1] in positions)]
    return {**dict.fromkeys(cells(asked, CASE), BEHAVIOURS[0]), **dict.fromkeys(wanted, what)}


WRONG = Behaviour("mismatch", "logits shortcut")


def entries(cube, asked, ledger=None):
    return read_back(accepted(make_rows(cube), ledger or Ledger([], asked), AXIS), asked).entries


def shape(found):
    return [(entry.patterns, entry.releases, entry.lanes, entry.variants) for entry in found]


def test_one_phenomenon_is_one_entry(asked):
    graph = [point for point in asked.spaces[CASE].texts if point.startswith("loss=plain") and "fit" not in point]
    assert shape(entries(everywhere(asked, WRONG), asked)) == [(("*",), "2.0..", None, None)]
    found = entries(everywhere(asked, WRONG, graph, ["2.1", "2.2"]), asked)
    assert shape(found) == [(("loss=plain,loop=eager|graph",), "2.1..2.2", None, None)]


def test_an_open_range_reaches_candidates_unless_they_differ(asked):
    cube = everywhere(asked, WRONG)
    run = {cell: what for cell, what in cube.items() if cell[1] != CANDIDATE}
    assert shape(entries(run, asked)) == [(("*",), "2.0..", None, None)]
    differs = {cell: BEHAVIOURS[0] if cell[1] == CANDIDATE else what for cell, what in cube.items()}
    closed = [(("*",), "2.0..2.3", None, None)]
    assert shape(entries(differs, asked)) == closed
    ledger = read_back(accepted(make_rows(differs), Ledger([], asked), AXIS), asked)
    assert shape(entries(run, asked, ledger)) == closed, "a candidate that was run and was right stays so"
    alone = everywhere(asked, WRONG, positions=[CANDIDATE])
    assert shape(entries(alone, asked)) == [(("*",), CANDIDATE, None, None)]


def test_a_lane_is_named_only_where_lanes_differ(asked):
    cube = {cell: WRONG if cell[2][0] == "3.7" else BEHAVIOURS[0] for cell in cells(asked, CASE)}
    assert shape(entries(cube, asked)) == [(("*",), "2.0", None, None), (("*",), "2.1..2.3", ("3.7",), None)]
    cube = {cell: WRONG if cell[2][1] == "tfkeras" else BEHAVIOURS[0] for cell in cells(asked, CASE)}
    assert shape(entries(cube, asked)) == [(("*",), "2.3..", None, ("tfkeras",))]


def test_reasons_are_kept_as_long_as_they_apply(asked):
    texts = accepted(make_rows(everywhere(asked, WRONG)), Ledger([], asked), AXIS)
    said = texts["losses"].replace(
        'reason = ""', 'reason = "looks behind softmax"\nlink = "tensorflow/tensorflow#40984"'
    )
    ledger = read_back({"losses": said}, asked)
    assert not ledger.without_reason()
    shorter = entries(everywhere(asked, WRONG, positions=["2.1"]), asked, ledger)
    assert [(entry.releases, entry.reason, entry.link) for entry in shorter] == [
        ("2.1", "looks behind softmax", "tensorflow/tensorflow#40984")
    ]
    other = entries(everywhere(asked, BEHAVIOURS[3]), asked, ledger)
    assert [(entry.behaviour, entry.reason, entry.link) for entry in other] == [(BEHAVIOURS[3], "", "")]


def test_other_cases_stay_and_only_changed_files_are_written(asked, tmp_path):
    (tmp_path / "tape.toml").write_text(
        '[["tape.traces"]]\nreleases = "2.1"\noutcome = "crashed"\nreason = "it\'s known \\u001b"\n', encoding="utf-8"
    )
    rows = make_rows(everywhere(asked, WRONG))
    ledger = load(asked, AXIS, tmp_path)
    assert [path.name for path in accept(rows, ledger, AXIS, tmp_path)] == ["losses.toml", "tape.toml"]
    after = load(asked, AXIS, tmp_path)
    assert [(entry.behaviour.outcome, entry.reason) for entry in after.of("tape.traces")] == [
        ("crashed", "it's known \x1b")
    ]
    assert accept(rows, after, AXIS, tmp_path) == []
    assert [path.name for path in accept(make_rows(everywhere(asked, BEHAVIOURS[0])), after, AXIS, tmp_path)] == [
        "losses.toml"
    ]
    assert not (tmp_path / "losses.toml").exists()
