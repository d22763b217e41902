"""Words that want to be something else (a path, markup, a command to the terminal, a formula, code) are words everywhere.

Fixed examples are in tests/test_page.py, test_render.py and test_tables.py; here whatever JSON can hold goes through everything.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from page_store import comparer, page_of, report_of
from small_store import AXIS, PLACES, catalogue_at, place, questions, write
from test_render import shown

from cases import _catalog
from matrix import ending, one_point, progress, reproduce
from matrix.one_point import OnePoint
from matrix.paths import UsageError
from matrix.processes import WorkerError
from matrix.store import Store
from matrix.supervisor import Supervisor
from matrix.words import harmless
from reports import candidate_files, candidate_text, quick, tables, upgrade_text
from reports import ledger as ledgers
from reports.accept import accept
from reports.candidate_text import About
from reports.ledger import Ledger
from reports.markdown import LONGEST, summary
from reports.observed import Behaviour, Questions, Row, observe
from tests.faults.tally import many, survived

WORDS = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.sampled_from(
        (
            "../../../../etc/passwd", "/etc/passwd", "..", "", "a\0b", "two\nlines", "x" * 3000,
            "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}", "${7*7}",
            "\x1b[2J\x1b]8;;http://x\x07link\x1b]8;;\x07", "\x9b31m", "\u202egnp.exe", "\u2066x\u2069", "\ud800", "\udcff",
            "=1+1", "+1+cmd|' /C calc'!A0", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://x")',
            "`code`", "a | b", "[a](javascript:alert(1))", "![a](http://x)", "@everyone", "#1", "# head", "---", "$x$",
            '"""\nimport os\n"""', "'; DROP TABLE x; --", "%s%n", "nan", "-inf", "1e999",
        )
    ),
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(), st.just(10**400), st.just(-(10**400)), st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
SIDES = VALUES | st.fixed_dictionaries({"dtype": VALUES, "shape": VALUES, "values": VALUES})
OUTPUTS = st.fixed_dictionaries(
    {
        "agrees": VALUES,
        **dict.fromkeys(("observed", "expected"), SIDES),
        **dict.fromkeys(("max_abs_err", "max_rel_err", "non_finite"), VALUES),
    }
)
RECORDS = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(("match", "mismatch", "raised", "unsupported", "timeout", "crashed")),
        "explanation": st.none() | WORDS,
        "error_type": st.none() | WORDS,
        "max_rel_err": st.none() | NUMBERS,
        "max_abs_err": st.none() | NUMBERS,
        "outputs": st.dictionaries(WORDS | st.just("traces"), OUTPUTS, max_size=2),
        "elapsed_s": st.none() | NUMBERS,
        "peak_memory_bytes": st.none() | st.integers(),
    }
)
POINTS = ("loss=plain,loop=eager", "loss=plain,loop=graph", "loss=decorated,loop=fit")


def unprintable(text: str) -> list[str]:
    return [letter for letter in text if letter != "\n" and not letter.isprintable()]


def check_csv(path: Path, columns: list[str], lines: int) -> None:
    """Every row has its columns, and no cell is a formula."""
    csv.field_size_limit(10**7)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))
    assert len(rows) == lines + 1
    assert rows[0] == columns
    for row in rows:
        assert len(row) == len(columns)
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) or float(cell) is not None


def check_everything(store: Store, asked: Questions, out: Path) -> None:
    """All that a report says of a store: files can hold it, no terminal or page obeys it."""
    for load in (None, quick.load):
        units = store.units() if load is None else store.units(load=load)
        assert len(observe(units, asked, PLACES).rows) > 0
    report, judgements, *_, counts = report_of(store, asked)
    tables.write_correctness(report.rows, judgements, out / "correctness.csv")
    check_csv(out / "correctness.csv", tables.CORRECTNESS, len(report.rows))
    for name, frame in (
        ("counts.csv", tables.counts(counts)),
        ("environments.csv", tables.environments(store.environments(), PLACES)),
    ):
        tables.write_csv(frame, out / name)
        check_csv(out / name, list(frame.columns), len(frame))
    markdown = summary(report)
    assert len(markdown) <= LONGEST
    assert unprintable(markdown) == []
    assert not re.search(r"<(?!/?details>|/?summary>)", markdown)
    for terminal in (False, True):
        said = shown(report, terminal=terminal, width=1000)
        assert unprintable(re.sub(r"\x1b\[[0-9;]*m", "", said)) == []
    page = page_of(store, asked, out)
    page.encode("utf-8")
    assert page.count("<script") == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", page)
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    assert found
    json.loads(found[1])
    text = upgrade_text.markdown(comparer(store, asked, out).between("2.1", "2.2"))
    text.encode("utf-8")
    assert unprintable(text) == []


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_whatever_a_record_holds_is_shown_and_nothing_else() -> None:
    times = many(25, 400)

    # What fails is shown as it was found: to make it smaller takes longer than everything else.
    @settings(max_examples=times, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.lists(RECORDS, min_size=3, max_size=3), st.none() | WORDS, st.dictionaries(WORDS, VALUES), VALUES)
    def check(records: list[dict[str, Any]], message: str | None, free: dict[str, Any], value: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            check_records(Path(folder), records, message, free, value)

    check()
    survived("records with hostile content", times, "tables, page, Markdown and terminal show words; nothing is run")


def check_records(folder: Path, records: list[dict[str, Any]], message: str | None, free: Any, value: Any) -> None:
    """A store with these records, in everything that a report makes of it."""
    store = Store(folder / "records")
    answers = {point: {**fields, "message": message} for point, fields in zip(POINTS, records, strict=True)}
    versions = {**free, "python": value, "numpy": value, "keras": value}
    with pytest.MonkeyPatch.context() as patch:
        asked = catalogue_at(patch, folder / "cases")
        for position in ("2.1", "2.2"):
            leg = place(position).leg
            header = {"versions": versions, "machine": free, "settings": free, "started": str(message)}
            write(store, asked, leg, "losses.decorated", answers, **header)
            write(store, asked, leg, "tape.traces", {"": records[0]}, versions=versions)
            store.write_environment(leg, {"packages": {**free, "numpy": value}, "machine": value})
        check_everything(store, asked, folder / "out")


def test_a_megabyte_of_words_anywhere_is_cut_for_people(tmp_path: Path) -> None:
    long, name = "x" * 10**6, "y" * 10**5
    side = {"dtype": name, "shape": [name], "values": name}
    output = {"agrees": False, "observed": side, "expected": side, "max_abs_err": name, "max_rel_err": name}
    outputs = {key: {**output, "non_finite": name} for key in (name, "traces")}
    record = {"outcome": "mismatch", "explanation": long, "error_type": long, "outputs": outputs}
    check_records(tmp_path, [record, {**record, "outcome": "raised"}, record], long, {long: long}, long)


NAMES = (
    "../../escaped",
    "/tmp/escaped",
    "a/b",
    "..",
    ".",
    "",
    ".hidden",
    "a\\b",
    "C:x",
    "a\0b",
    "a\nb",
    "\ud800",
    "x" * 10**6,
)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
def test_no_name_leads_out_of_the_store(name: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "build" / "records")
    header: dict[str, Any] = {name: {} for name in ("fingerprint", "versions", "machine", "settings")}
    header.update(case_version=1, started="2026-11-20T21:00:00Z", elapsed_s=0.1)
    for leg, case in ((name, "tape.reset"), ("tf2.15.1-py3.10", name)):
        with pytest.raises(UsageError, match="cannot be the name of a leg or of a case") as error:
            store.write({**header, "leg": leg, "case": case}, [])
        assert len(str(error.value)) < 1000
        with pytest.raises(UsageError):
            store.header(leg, case)
    with pytest.raises(UsageError):
        store.write_environment(name, {})
    assert list(tmp_path.iterdir()) == []


@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=())))
@example("tf2.15.1-py3.10", "tape.reset")
def test_a_name_is_a_file_of_the_store_or_refused(leg: str, case: str) -> None:
    root = Path("/nowhere/records")
    try:
        path = Store(root).path(leg, case)
    except UsageError:
        return
    assert path.parent.parent == root
    assert (path.parent.name, path.name) == (leg, f"{case}.jsonl")


@given(WORDS)
def test_harmless_words_say_the_same_and_move_no_cursor(words: str) -> None:
    said = harmless(words)
    assert unprintable(said) == []
    assert harmless(said) == said
    assert said == words or unprintable(words)


EVIL = "x\x1b[2J\x9b31m\u202e\ud800\x07"


def test_what_a_command_says_of_it_moves_no_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> int:
        raise UsageError(EVIL)

    assert ending.status_of(fail) == 2
    (tmp_path / "tensorflow.py").write_text(r"raise ImportError('\x1b[2J\x1b]0;title\x07')")
    env = {"PYTHONPATH": f"{Path(__file__).parents[2]}:{tmp_path}"}

    def start() -> int:
        with Supervisor("leg", Path(sys.executable), tmp_path / "scratch", env=env) as supervisor:
            try:
                supervisor.start()
            except WorkerError as error:
                raise UsageError(str(error)) from error
        return 0

    assert ending.status_of(start) == 2
    progress.Progress("leg", {EVIL: 1}).say(EVIL)
    print(one_point.Answer("raised", None, "E", (), EVIL))
    said = "".join(capsys.readouterr())
    assert r"\x1b[2J" in said
    assert unprintable(said) == []


@pytest.mark.parametrize(
    "words", ['"""\nimport os\n', "\nimport os", "\rimport os", EVIL, "\0", "x" * 10**6, "\u2028import os"]
)
def test_a_reproducer_says_it_in_a_comment(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproduce, "FOLDER", tmp_path / "reproduce")
    info = _catalog.catalog()["tape.reset"]
    point = OnePoint(info._replace(claim=words), next(_catalog.points(info)))
    plain = reproduce.write(OnePoint(info, point.params), ["a note"], tmp_path / "plain.py")
    path = reproduce.write(point, [words, words])
    text = path.read_text(encoding="utf-8")
    assert path.parent == tmp_path / "reproduce"
    assert unprintable(text) == []
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(plain.read_text(encoding="utf-8")))


@settings(deadline=None)
@given(st.text(min_size=1), st.text(min_size=1))
def test_what_is_accepted_is_expected_whatever_it_says(explanation: str, error_type: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asked = questions(Path(folder) / "cases")
        behaviours = [Behaviour("mismatch", explanation), Behaviour("raised", None, error_type), Behaviour("match")]
        rows = [
            Row(place("2.1"), "losses.decorated", point, behaviour, None, None, None, {})
            for point, behaviour in zip(POINTS, behaviours, strict=True)
        ]
        accept(rows, Ledger([], asked), AXIS, Path(folder) / "ledger")
        again = ledgers.load(asked, AXIS, Path(folder) / "ledger")
        assert [again.judge(row.case, row.point, row.place, row.behaviour).status for row in rows] == [
            "as expected"
        ] * 3


@given(WORDS, WORDS)
def test_a_candidate_that_says_anything_is_markdown_json_and_xml(where: str, said: str) -> None:
    about = About("2.22.0", "2.21.0", "3.12", where, "2026-10-01", (where,), "crashes at import", said)
    text = candidate_text.markdown(about, None)
    assert unprintable(text) == []
    # Two halves of a surrogate pair that happen to fit are one letter in JSON.
    whole = said.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert json.loads(candidate_files.as_json(about, None, 1))["said"] == whole
    ElementTree.fromstring(candidate_files.as_junit(about, None))
