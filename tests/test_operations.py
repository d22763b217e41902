"""The table of operations says which derivative is not right, in which releases and modes."""

from operations_store import page_of, report_of

from reports.page.operations import namespaces


def lines(tmp_path):
    report, *_ = report_of(tmp_path / "cases")
    (found,) = namespaces(report)
    assert found.name == "math"
    return found, {line.name: line for line in found.operations}


def test_it_says_in_words_what_each_op_does(tmp_path):
    namespace, found = lines(tmp_path)
    assert {name: line.words for name, line in found.items()} == {
        "abs": "raises 2.1–2.2: second derivative, LookupError; right since 2.3",  # noqa: RUF001
        "fft": "unsupported 2.1–2.2; right since 2.3",  # noqa: RUF001
        "pow@zero": "wrong 2.1: NaN second derivative, eager only; wrong since 2.2: first derivative",
        "tanh": "right 2.1–2.2; wrong since 2.3: NaN third derivative, graph only",  # noqa: RUF001
    }
    assert namespace.not_right == 3
    assert [name for name, line in found.items() if line.right] == ["fft"]


def test_a_cell_shows_the_lowest_order_and_the_mode(tmp_path):
    _, found = lines(tmp_path)
    shown = {
        name: [(one.sign, one.number, one.letter) for one in line.squares if one.sign] for name, line in found.items()
    }
    assert shown["abs"] == [("!", "2nd", ""), ("!", "2nd", ""), ("✓", "", "")]
    assert shown["pow@zero"] == [("✗", "2nd", "e"), ("✗", "1st", ""), ("✗", "1st", "")]
    assert shown["tanh"][-1] == ("✗", "3rd", "g")
    (label,) = (one.label for one in found["tanh"].squares if one.letter)
    assert label == "tanh in 2.3: wrong (NaN third derivative, graph only)"


def test_without_script_what_is_not_right_is_there(tmp_path):
    page = page_of(tmp_path / "cases", tmp_path)
    assert 'data-odd="0" hidden>\n        <th scope="row"><code>fft</code>' in page
    assert "wrong (NaN third derivative, graph only)" in page


def test_a_store_without_a_sweep_says_how_to_ask(small):
    assert "No op was asked: nox -s matrix -- --cases &#39;sweep.*&#39;" in small or "--cases 'sweep.*'" in small
