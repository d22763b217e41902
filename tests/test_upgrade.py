"""The upgrade: what belongs where, on which legs, in words (against a golden file), and the command's bad input."""

from pathlib import Path

import pytest
from page_store import comparer, fill, rounds, time
from small_store import CANDIDATE, catalogue_at, place, write

from matrix.store import Store
from reports import upgrade_command, upgrade_text
from reports.observed import MATCH, UNSUPPORTED, Behaviour
from reports.upgrade import UnknownRelease, section, span

GOLDEN = Path(__file__).with_name("golden") / "upgrade-2.1-2.3.md"
WRONG, OTHER = Behaviour("mismatch", "logits shortcut"), Behaviour("mismatch")
RAISED, CRASHED = Behaviour("raised", None, "ValueError"), Behaviour("crashed")
TWICE = Behaviour("mismatch", counts="traces=2")


@pytest.fixture
def world(tmp_path, monkeypatch):
    return Store(tmp_path / "records"), catalogue_at(monkeypatch, tmp_path / "cases")


@pytest.fixture
def small(world, tmp_path):
    fill(*world)
    return comparer(*world, tmp_path / "tables")


@pytest.mark.parametrize(
    ("before", "after", "traces", "where"),
    [
        (MATCH, MATCH, False, None),
        (UNSUPPORTED, UNSUPPORTED, False, None),
        (WRONG, WRONG, False, "stays"),
        (RAISED, RAISED, False, "stays"),
        (MATCH, WRONG, False, "wrong"),
        (RAISED, WRONG, False, "wrong"),
        (UNSUPPORTED, WRONG, False, "wrong"),
        (WRONG, OTHER, False, "otherwise"),
        (RAISED, UNSUPPORTED, False, "otherwise"),
        (MATCH, RAISED, False, "refused"),
        (WRONG, UNSUPPORTED, False, "refused"),
        (MATCH, CRASHED, False, "breaks"),
        (RAISED, CRASHED, False, "breaks"),
        (WRONG, MATCH, False, "right"),
        (CRASHED, MATCH, False, "right"),
        (UNSUPPORTED, MATCH, False, "available"),
        (MATCH, TWICE, True, "retraces"),
        (TWICE, MATCH, True, "retraces"),
        (MATCH, WRONG, True, "wrong"),
        (MATCH, TWICE, False, "wrong"),
    ],
)
def test_each_change_has_its_place(before, after, traces, where):
    assert section(before, after, traces=traces) == where


def test_markdown_is_as_it_was_agreed(small):
    assert upgrade_text.markdown(small.between("2.1", "2.3")) == GOLDEN.read_text(encoding="utf-8")


def test_a_common_python_is_chosen_where_there_is_one(small):
    found = small.between("2.1", "2.2")
    assert (found.before.leg, found.after.leg) == ("tf2.1.1-py3.10", "tf2.2.1-py3.10")
    assert found.same_python
    assert "no difference is Python's" in upgrade_text.note(found)


def test_without_a_common_python_it_is_said(small):
    found = small.between("2.0", "2.3")
    assert (found.before.lane, found.after.lane) == ("3.7", "3.10")
    assert "No Python was asked on both" in upgrade_text.note(found)


def test_backwards_is_the_mirror(small):
    there, back = small.between("2.1", "2.3"), small.between("2.3", "2.1")
    mirrored = {(one.case, one.patterns, one.after, one.before) for one in back.changes}
    assert {(one.case, one.patterns, one.before, one.after) for one in there.changes} == mirrored
    assert [(one.case, one.points) for one in there.lost] == [("losses.decorated", 1)]
    assert [(one.case, one.before, one.after) for one in back.gained] == [("losses.decorated", 4e-6, 3e-8)]


def test_a_release_that_nobody_asked_is_one_clear_error(small):
    with pytest.raises(UnknownRelease, match=r"'2\.9'.*There are: 2\.0, 2\.1, 2\.2, 2\.3"):
        small.place_of("2.9")
    assert small.place_of("2.1.1") == "2.1"


def test_a_candidate_can_be_compared(world, tmp_path):
    store, asked = world
    write(store, asked, place("2.3").leg, "losses.decorated")
    write(store, asked, place(CANDIDATE).leg, "losses.decorated", {"loss=plain,loop=fit": {"outcome": "crashed"}})
    found = comparer(store, asked, tmp_path).between("2.3", CANDIDATE)
    assert [one.points for one in found.sections["breaks"]] == [1]


def test_speed_is_said_with_its_interval_and_where_it_is_from(world, tmp_path):
    fill(*world)
    time(tmp_path / "tables")
    made = comparer(*world, tmp_path / "tables")
    (stated,) = made.between("2.3", "2.1").speed
    assert (stated.ratio, stated.verdict, stated.through) == (0.5, "faster", "")
    assert upgrade_text.speed(stated) == "0.5 times the time [0.45, 0.55], margin 5 %: faster"
    assert made.between("2.1", "2.2").speed == ()
    drawn = comparer(*world, tmp_path / "tables", rounds()).between("2.1", "2.2").speed
    assert {(one.point, one.verdict, one.through) for one in drawn} == {("n=1", "same", ""), ("n=2", "same", "")}
    joined = comparer(*world, tmp_path / "tables", rounds()).between("2.0", "2.3").speed
    assert {one.through for one in joined} == {"2.1.1"}


def test_pythons_are_a_range():
    assert (span(("3.10", "3.9", "3.7")), span(("3.10",)), span(())) == ("3.7–3.10", "3.10", "?")  # noqa: RUF001


def run(capsys, tmp_path, *words):
    folders = {"--records": tmp_path / "records", "--out": tmp_path / "out", "--ledger": tmp_path / "ledger"}
    status = upgrade_command.main([*words, *(str(word) for pair in folders.items() for word in pair)])
    return status, *capsys.readouterr()


def test_the_command_says_it_and_writes_it(world, tmp_path, capsys):
    store, asked = world
    write(store, asked, "tf2.15.1-py3.10", "losses.decorated")
    wrong = {"outcome": "mismatch", "explanation": "bad\x1b[2J"}
    write(store, asked, "tf2.21.0-py3.10", "losses.decorated", {"loss=plain,loop=fit": wrong})
    status, out, err = run(capsys, tmp_path, "2.15", "2.21")
    assert (status, err) == (0, "")
    assert "Becomes wrong" in out
    assert "\x1b" not in out
    assert (tmp_path / "out/upgrade-2.15-2.21.md").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2.15",), "Name two releases: nox -s upgrade -- 2.10 2.21"),
        (("2.15", "9.9"), "There are: 2.15"),
        (("2.15", "2.21", "2.22"), "Name two releases"),
    ],
)
def test_wrong_usage_is_one_clear_error(world, tmp_path, capsys, words, said):
    store, asked = world
    write(store, asked, "tf2.15.1-py3.10", "losses.decorated")
    status, out, err = run(capsys, tmp_path, *words)
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_an_empty_store_is_one_clear_error(world, tmp_path, capsys):
    assert world
    status, _, err = run(capsys, tmp_path, "2.15", "2.21")
    assert status == 2
    assert "holds no answers. Ask first: nox -s matrix -- --releases 2.15,2.21" in err
