"""The page without a browser: its encoding, that nothing in it can be markup, and what it says of bad input."""

import json
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_store import HOSTILE, SENSITIVITY, comparer, fill, hostile, page_of, report_of, time
from small_store import CASES, PLACES, VERSIONS, place, questions, write

from matrix.paths import UsageError
from matrix.store import Store
from reports import __main__ as command
from reports import performance, tables, upgrade_text
from reports.evidence import show
from reports.page.data import LONGEST_MESSAGE, message, threads
from reports.page.encode import Dictionary, embed, runs, unrolled
from reports.page.matrix import families, starts, traces


def data_of(page: str) -> dict:
    """The page's data, read as a browser reads it."""
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


@given(st.lists(st.integers(0, 3)))
def test_runs_are_unrolled_to_what_they_were(numbers):
    assert unrolled(runs(numbers)) == numbers


def test_a_dictionary_numbers_in_order_and_writes_each_value_once():
    dictionary = Dictionary()
    assert [dictionary(value) for value in ("b", "a", "b", ("x", 1))] == [0, 1, 0, 2]
    assert dictionary.values == ["b", "a", ("x", 1)]


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_embedded_data_is_the_same_and_never_markup(value):
    text = embed(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029")


def test_half_a_surrogate_pair_can_be_embedded():
    assert json.loads(embed("a\ud800")) == "a\ud800"


def test_numbers_that_are_none_are_not_embedded():
    with pytest.raises(ValueError, match="not JSON compliant"):
        embed(float("nan"))


@pytest.mark.parametrize(
    ("side", "shown"),
    [
        (None, "missing"),
        ({"dtype": "none", "shape": None, "values": None}, "None"),
        ({"dtype": "float32", "shape": [], "values": [0.5]}, "0.5"),
        ({"dtype": "float32", "shape": [2], "values": ["nan", 1.0]}, "[nan, 1] 2"),
        ({"dtype": "float32", "shape": [3, 3], "values": [1.0] * 9}, "[1, 1, 1, 1, 1, 1, …] 3×3"),  # noqa: RUF001
        ({"dtype": "complex64", "shape": [1], "values": [[1.0, -2.0]]}, "[(1, -2)] 1"),
        ({"dtype": "str", "shape": None, "values": "LookupError"}, "'LookupError'"),
    ],
)
def test_an_output_is_shown_in_a_line(side, shown):
    assert show(side) == shown


def test_a_message_of_a_megabyte_is_cut_and_says_so():
    shown = message("x\x1b" * 500_000)
    assert len(shown) < LONGEST_MESSAGE + 40
    assert "\x1b" not in shown
    assert shown.endswith("(1000000 characters)")
    assert message("two\nlines") == "two\nlines"


def test_threads_are_found_where_they_are_named():
    assert threads("Source: tensorflow/tensorflow #40984, #46923.\nColour #123456.") == [40984, 46923]
    assert threads("", "tensorflow/tensorflow#12345") == [12345]


def test_hostile_records_are_text(world, tmp_path):
    hostile(*world)
    page = page_of(*world, tmp_path)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("<script") == 2
    assert not [letter for letter in page if ord(letter) < 32 and letter != "\n"]
    assert "{{7*7}}" in page
    assert "49" not in re.sub(r"<script.*", "", page, flags=re.S).partition("</style>")[2].partition("{{")[0]
    shown = json.dumps(data_of(page), ensure_ascii=False)
    assert "alert(1)" in shown
    assert "\\\\x1b[2J" in shown


def test_nothing_is_fetched(world, tmp_path):
    fill(*world)
    page = page_of(*world, tmp_path)
    assert "default-src 'none'" in page
    assert not re.search(r'<(?:link|iframe|object|embed|base)\b|\ssrc="(?!data:)|url\(|@import', page)


def test_the_data_hold_every_answer(world, tmp_path):
    fill(*world)
    report, judgements, *_ = report_of(*world)
    data = data_of(page_of(*world, tmp_path))
    cases = {case["id"]: case for case in data["cases"]}
    for row, judgement in zip(report.rows, judgements, strict=True):
        leg = next(at for at, one in enumerate(data["legs"]) if one["id"] == row.place.leg)
        point = next(one for one in cases[row.case]["points"] if one[0] == row.point)
        columns = [unrolled(data["histories"][number])[leg] for number in point[1:]]
        assert data["behaviours"][columns[0]][0] == row.behaviour.outcome
        assert data["texts"][columns[1]] == ("" if row.max_rel_err is None else f"{row.max_rel_err:.1e}")
        assert data["texts"][columns[2]] == (row.message or "")
        assert data["texts"][columns[3]] == judgement.status


def test_the_matrix_says_what_the_grid_says(world):
    fill(*world)
    report, *_ = report_of(*world)
    lines = {line.case: line for family in families(report, {}) for line in family.lines}
    assert lines["losses.decorated"].words == "wrong (logits shortcut) in all of 2.0–2.3"  # noqa: RUF001
    assert lines["losses.late"].words == "unsupported 2.1; right 2.2"
    squares = {square.position: square for square in lines["losses.late"].squares}
    assert squares["2.2"].differs, "it crashes on Python 3.7"
    assert (squares["2.0"].status, squares["2.1"].status) == ("missing", "unsupported")
    assert starts([("Python", [])]) == set()


def test_traces_stand_beside_the_promise(world):
    fill(*world)
    report, _, _, _, counts = report_of(*world)
    ((case, claim, (way,)),) = traces(counts, report, {"tape.traces": "A count."})
    assert (case, claim, way.promised, way.odd, way.changes) == ("tape.traces", "A count.", "1", True, True)
    assert [value for value, _, _ in way.cells] == ["", "3", "1", "1"]


def test_one_leg_alone_is_a_page_without_an_upgrade(world, tmp_path):
    store, asked = world
    write(store, asked, place("2.1").leg, "losses.decorated")
    page = page_of(store, asked, tmp_path)
    assert "An upgrade needs answers of two releases" in page
    assert 'id="pair"' not in page


def test_legs_that_share_no_case_are_a_page_that_says_so(world, tmp_path):
    store, asked = world
    write(store, asked, place("2.1").leg, "losses.decorated")
    write(store, asked, place("2.2").leg, "losses.late")
    found = comparer(store, asked, tmp_path).between("2.1", "2.2")
    assert (found.compared, found.changes) == (0, ())
    assert found.only_one == ("losses.decorated", "losses.late")
    assert "nothing can be compared: nox -s matrix -- --releases 2.1,2.2" in upgrade_text.lead(found)
    assert "not asked" in page_of(store, asked, tmp_path)


def test_units_that_cannot_be_read_are_named_in_the_page(world, tmp_path):
    store, asked = world
    write(store, asked, place("2.1").leg, "losses.decorated")
    write(store, asked, place("2.2").leg, "losses.decorated")
    write(store, asked, place("2.3").leg, "losses.decorated")
    truncated, newer = (store.path(place(position).leg, "losses.decorated") for position in ("2.2", "2.3"))
    truncated.write_bytes(truncated.read_bytes()[:-40])
    newer.write_bytes(newer.read_bytes().replace(b'"record_version":2', b'"record_version":99', 1))
    page = page_of(store, asked, tmp_path)
    assert "truncated or altered" in page
    assert "written by a newer tfdrift" in page


def test_stores_of_two_machines_copied_together_are_one_page(world, tmp_path):
    store, asked = world
    other = Store(tmp_path / "other")
    write(store, asked, place("2.1").leg, "losses.decorated", machine={"cpu": "one"})
    write(other, asked, place("2.1").leg, "losses.late", machine={"cpu": "two"}, versions={**VERSIONS, "numpy": "1.18"})
    for path in (tmp_path / "other").rglob("*.jsonl"):
        path.rename(store.path(path.parent.name, path.stem))
    data = data_of(page_of(store, asked, tmp_path))
    assert [case["id"] for case in data["cases"]] == ["losses.decorated", "losses.late"]
    (leg,) = data["legs"]
    assert leg["versions"]["numpy"] == "1.18 and 1.19.5", "what answered is named, not the last that did"


def test_a_table_of_times_that_cannot_be_read_is_a_clear_error(tmp_path):
    (tmp_path / "sensitivity.csv").write_text(SENSITIVITY.replace("0.05", "much"))
    with pytest.raises(UsageError, match=r"sensitivity\.csv cannot be read.*nox -s timing"):
        performance.load(tmp_path)


def test_an_older_table_of_times_lacks_columns_and_is_read(tmp_path):
    (tmp_path / "performance.csv").write_text("leg,case,ratio\ntf2.1.1-py3.10,a.b,1.5\n")
    frame = performance.load(tmp_path).comparisons
    assert frame["ratio"].tolist() == [1.5]
    assert frame["margin"].isna().all()
    assert frame["verdict"].tolist() == [""]


def test_a_lane_stays_text(tmp_path):
    time(tmp_path)
    assert set(performance.load(tmp_path).comparisons["lane"]) == {"3.10"}


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ([1.0, 1.01, 0.99, 1.0, 1.5, 1.51, 1.49, 1.5], [4]),
        ([1.0, 1.01, 0.99, 1.0, 1.02, 0.98, 1.0, 1.01], []),
        ([1.0, 2.0], []),
        ([1.0, 0.0, 1.0, 1.0, 1.0], []),
    ],
)
def test_a_level_that_changes_is_found(values, where):
    assert performance.changes(values) == where


def test_the_command_writes_the_page_and_the_figures(world, tmp_path, capsys):
    store, asked = world
    write(store, asked, "tf2.15.1-py3.10", "losses.decorated")
    write(store, asked, "tf2.21.0-py3.10", "losses.decorated")
    time(tmp_path / "out")
    words = ["--records", str(store.root), "--out", str(tmp_path / "out"), "--ledger", str(tmp_path / "ledger")]
    assert command.main(words) == 0
    assert (tmp_path / "out/index.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert command.main([*words, "--pictures-of", "2.21"]) == 2
    assert "there are no pictures of release 2.21" in capsys.readouterr().err


def test_tables_are_written_as_pandas_writes_them(tmp_path):
    frame = pd.DataFrame(
        {
            "text": ['a,"b"', None, "two\nlines", "Ж"],
            "number": [0.1, float("nan"), 1e-300, 3.0],
            "whole": pd.Series([1, None, 3, 2], dtype=object),
            "flag": [True, False, True, False],
            "nullable": pd.Series([1, None, 2, 3], dtype="Int64"),
            "real": pd.Series([1.5, None, 2.25, 1e-9], dtype="Float64"),
        }
    )
    tables.write_csv(frame, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text(encoding="utf-8") == frame.to_csv(index=False, lineterminator="\n")
    tables.write_csv(frame.iloc[:0], tmp_path / "empty.csv")
    assert (tmp_path / "empty.csv").read_text() == frame.iloc[:0].to_csv(index=False, lineterminator="\n")


def test_the_small_world_has_the_cases_that_these_tests_name(tmp_path):
    assert set(questions(tmp_path).cases) == {path[:-3].replace("/", ".") for path in CASES}
    assert place("2.1").leg in PLACES
    assert HOSTILE.isprintable() is False
