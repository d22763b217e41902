"""The ledger: what its entries mean, and the error of each mistake with file, line and remedy."""

import pytest
from small_store import AXIS, CANDIDATE, place, questions

from releases.table import TableError
from reports.ledger import load
from reports.observed import Behaviour

MATCH = Behaviour("match")
WRONG = Behaviour("mismatch", "logits shortcut")
ENTRY = """\
# a comment

[["losses.decorated"]]
points = ["loss=plain,loop=[eg]*"]
releases = "2.1..2.2, 2.3.."
outcome = "mismatch"
explanation = "logits shortcut"
reason = "why"
"""


@pytest.fixture
def asked(tmp_path):
    return questions(tmp_path / "cases")


@pytest.fixture
def ledger_of(asked, tmp_path):
    def make(text, family="losses"):
        (tmp_path / f"{family}.toml").write_text(text, encoding="utf-8")
        return load(asked, AXIS, tmp_path)

    return make


@pytest.mark.parametrize(
    ("point", "leg", "observed", "status"),
    [
        ("loss=plain,loop=eager", place("2.1"), WRONG, "as expected"),
        ("loss=plain,loop=graph", place("2.3", "3.10", "tfkeras"), WRONG, "as expected"),
        ("loss=plain,loop=graph", place(CANDIDATE), WRONG, "as expected"),
        ("loss=plain,loop=graph", place("2.1"), MATCH, "stale"),
        ("loss=plain,loop=graph", place("2.1"), Behaviour("mismatch"), "changed"),
        ("loss=plain,loop=graph", place("2.1"), Behaviour("mismatch", "another"), "changed"),
        ("loss=plain,loop=graph", place("2.1"), Behaviour("raised", None, "ValueError"), "changed"),
        ("loss=plain,loop=fit", place("2.1"), WRONG, "new"),
        ("loss=plain,loop=fit", place("2.1"), MATCH, "as expected"),
        ("loss=plain,loop=graph", place("2.0", "3.7"), WRONG, "new"),
        ("loss=plain,loop=graph", place("2.0", "3.7"), Behaviour("unsupported"), "new"),
    ],
)
def test_a_row_is_judged_by_the_entry_that_covers_it(ledger_of, point, leg, observed, status):
    assert ledger_of(ENTRY).judge("losses.decorated", point, leg, observed).status == status


@pytest.mark.parametrize(
    ("position", "outcome", "status"),
    [
        ("2.1", "unsupported", "as expected"),
        ("2.2", "unsupported", "new"),
        ("2.1", "match", "as expected"),
        ("2.1", "timeout", "new"),
    ],
)
def test_unsupported_is_expected_only_before_the_api_was_there(ledger_of, position, outcome, status):
    assert ledger_of("").judge("losses.late", "n=1", place(position), Behaviour(outcome)).status == status


def test_another_wrong_count_and_another_error_are_changes(ledger_of):
    text = '[["tape.traces"]]\nreleases = "2.0.."\noutcome = "mismatch"\ncounts = "traces=3"\n'
    ledger = ledger_of(text, "tape")
    judged = [
        ledger.judge("tape.traces", "", place("2.1"), Behaviour("mismatch", None, None, f"traces={n}")) for n in (3, 4)
    ]
    assert [one.status for one in judged] == ["as expected", "changed"]


def test_lanes_and_variants_narrow_an_entry(ledger_of):
    ledger = ledger_of(ENTRY + 'lanes = "3.7, 3.10"\nvariants = "plain"\n')
    point = "loss=plain,loop=eager"
    assert ledger.judge("losses.decorated", point, place("2.3", "3.7"), WRONG).status == "as expected"
    assert ledger.judge("losses.decorated", point, place("2.3", "3.10", "tfkeras"), WRONG).status == "new"


def test_entries_without_a_reason_and_entries_that_cover_nothing_are_named(ledger_of):
    ledger = ledger_of(ENTRY.replace('"why"', '" "').replace("[eg]*", "z*").replace("2.3..", "2.9.0rc1"))
    assert len(ledger.without_reason()) == 1
    assert [why for _, why in ledger.unused()] == ["names 2.9.0rc1, which is no longer in releases.toml"]
    ledger = ledger_of(ENTRY.replace("[eg]*", "z*"))
    assert [why for _, why in ledger.unused()] == ["covers no point of losses.decorated"]
    assert not ledger_of(ENTRY).without_reason()
    assert not ledger_of(ENTRY).unused()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('"losses.decorated"', '"losses.decorate"', 3, "Did you mean losses.decorated?"),
        ('"losses.decorated"', "losses.decorated", 3, "in quotes"),
        ('"losses.decorated"', '"tape.traces"', 3, "Move it to tape.toml"),
        ("loss=plain", "loss=Plain", 4, "only plain, decorated"),
        ("loss=plain", "los=plain", 4, "the case has loss, loop"),
        ("loss=plain", "plain", 4, "is not name=value"),
        ("2.1..2.2", "2.1..2.7", 5, "the table, which has 2.0..2.3"),
        ("2.1..2.2", "2.2..2.1", 5, "runs backwards; write '2.1..2.2'"),
        ("2.1..2.2", "new", 5, f"candidates ({CANDIDATE})"),
        ("2.1..2.2", "2.1.4", 5, "is no range"),
        ('"mismatch"', '"wrong"', 6, "Choose one of 'mismatch'"),
        ('"mismatch"', '"match"', 6, "Delete the entry"),
        ('"mismatch"', '"raised"', 7, "explanation belongs to the outcome mismatch"),
        ("explanation", "explained", 7, "Did you mean explanation?"),
        ('reason = "why"', 'lanes = "3.9"', 8, "Choose from 3.10, 3.7"),
        ('reason = "why"', 'variants = "keras"', 8, "Choose from plain, tfkeras"),
        ('reason = "why"', 'counts = "traces=3"', 8, "the case tracks nothing"),
        ('reason = "why"', "reason = 3", 8, "text in quotes"),
        ('reason = "why"', "reason = why", 8, "not valid TOML"),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_remedy(ledger_of, old, new, line, words):
    assert old in ENTRY
    with pytest.raises(TableError) as caught:
        ledger_of(ENTRY.replace(old, new, 1))
    assert f"losses.toml:{line}: " in str(caught.value)
    assert words in str(caught.value)


def test_entries_may_overlap_only_if_they_agree(ledger_of):
    again = ENTRY.replace("2.1..2.2", "2.2")
    ledger_of(ENTRY + again)
    ledger_of(ENTRY + again.replace("logits shortcut", "other").replace("loop=[eg]*", "loop=fit"))
    with pytest.raises(
        TableError, match=r"losses.toml:11: contradicts losses.toml:3: .*loss=plain,loop=eager\] in 2.2"
    ):
        ledger_of(ENTRY + again.replace("logits shortcut", "other"))


def test_a_contradiction_is_found_where_entries_share_only_some_points(ledger_of):
    other = ENTRY.replace("logits shortcut", "other").replace("loop=[eg]*", "loop=[gf]*")
    with pytest.raises(TableError, match=r"both cover losses.decorated\[loss=plain,loop=graph\] in 2.1"):
        ledger_of(ENTRY + other)


@pytest.mark.parametrize("narrow", ['lanes = "3.7"', 'variants = "tfkeras"'])
def test_entries_may_differ_where_lanes_or_variants_do(ledger_of, narrow):
    other = ENTRY.replace("logits shortcut", "other")
    rest = {'lanes = "3.7"': 'lanes = "3.10"', 'variants = "tfkeras"': 'variants = "plain"'}[narrow]
    assert len(ledger_of(f"{ENTRY}{narrow}\n{other}{rest}\n").entries) == 2
    with pytest.raises(TableError, match="contradicts"):
        ledger_of(f"{ENTRY}{narrow}\n{other}")


def test_a_case_that_is_like_no_other_has_a_remedy_of_its_own(ledger_of):
    with pytest.raises(TableError, match="Delete its entries, or bring the case back"):
        ledger_of(ENTRY.replace("losses.decorated", "losses.zzzzzzzzzz"))


def test_a_count_that_is_not_tracked_is_named_with_those_that_are(ledger_of):
    text = '[["tape.traces"]]\nreleases = "2.0.."\noutcome = "mismatch"\ncounts = "traces=3, steps=4"\n'
    with pytest.raises(TableError, match="'steps=4'; the case tracks traces"):
        ledger_of(text, "tape")


def test_of_several_entries_the_one_that_covers_counts(ledger_of):
    later = ENTRY.replace("2.1..2.2, 2.3..", "2.0").replace("logits shortcut", "other")
    ledger = ledger_of(ENTRY + later)
    point = "loss=plain,loop=eager"
    assert ledger.entry("losses.decorated", point, "2.0", "3.7", "").where == "losses.toml:11"
    assert ledger.entry("losses.decorated", point, "2.1", "3.7", "").where == "losses.toml:3"
    assert ledger.entry("losses.decorated", "loss=plain,loop=fit", "2.0", "3.7", "") is None
    assert [entry.where for entry in ledger.of("losses.decorated")] == ["losses.toml:3", "losses.toml:11"]
    assert ledger.of("losses.late") == []


def test_a_case_that_is_a_key_is_reported_with_its_line(ledger_of):
    with pytest.raises(TableError, match=r"losses.toml:2: losses.decorated is not a list of entries"):
        ledger_of('# a comment\n"losses.decorated" = 3\n')
