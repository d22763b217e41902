"""What people see: summary.md and the terminal, for plain and hostile content, and the command that makes them."""

import dataclasses
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from small_store import AXIS, catalogue_at, count, place, read, write

from matrix.store import Store
from releases.table import load as load_table
from reports import __main__ as command
from reports import verdicts
from reports.axis import Axis
from reports.ledger import Ledger
from reports.markdown import LONGEST, code, escape, summary
from reports.observed import Behaviour, Observed, Row, Rows, places
from reports.terminal import Terminal
from reports.text import clean

WRONG = {"outcome": "mismatch", "explanation": "logits shortcut"}
HOSTILE = "<script>|`x`\x1b[2J\r\n## @someone [a](b) *b* \u202eevil\x07 [bold]"

GOLDEN = Path(__file__).with_name("golden") / "summary.md"


@pytest.fixture
def world(tmp_path, monkeypatch):
    return Store(tmp_path / "records"), catalogue_at(monkeypatch, tmp_path / "cases")


def report_of(found, asked):
    ledger = Ledger([], asked)
    return verdicts.report(found, verdicts.judge(found.rows, ledger), ledger, AXIS, asked.cases)


@pytest.fixture
def small(world):
    store, asked = world
    raised = {"outcome": "raised", "error_type": "ValueError", "message": "bad | shape"}
    for position in ("2.1", "2.2", "2.3"):
        answers = {"loss=plain,loop=fit": raised}
        if position != "2.3":
            answers |= {"loss=plain,loop=eager": WRONG, "loss=plain,loop=graph": WRONG}
        write(store, asked, place(position).leg, "losses.decorated", answers)
    early = {f"n={n}": {"outcome": "unsupported"} for n in (1, 2)}
    write(store, asked, place("2.1").leg, "losses.late", early)
    write(store, asked, place("2.2").leg, "losses.late")
    write(store, asked, place("2.2", "3.7").leg, "losses.late", {"n=2": {"outcome": "crashed"}})
    traces = {"": {"outcome": "mismatch", "outputs": count(3)}}
    write(store, asked, place("2.3", "3.10", "tfkeras").leg, "tape.traces", traces)
    write(store, asked, place("2.3").leg, "losses.late", fingerprint={"case": "old", "shared": ""})
    return report_of(read(store, asked), asked)


def shown(report, width=100, terminal=False, encoding="utf-8"):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    console = Console(file=stream, width=width, force_terminal=terminal, highlight=False, markup=False, emoji=False)
    Terminal(console).show(report)
    return raw.getvalue().decode(encoding)


def test_summary_is_as_it_was_agreed(small):
    assert summary(small) == GOLDEN.read_text(encoding="utf-8")


def test_the_terminal_says_the_same_with_the_findings_last(small):
    lines = shown(small).splitlines()
    assert lines[0].startswith("25 answers")
    assert lines[2].split() == ["TensorFlow", "2.", "1", "2", "3"]
    told = lines.index("What is not right, by release")
    left = next(number for number, line in enumerate(lines) if line.startswith("Left out, because"))
    verdict = next(number for number, line in enumerate(lines) if "that the ledger does not expect" in line)
    assert told < left < verdict < len(lines) - 1
    assert lines[-1] == "If this is how it should be: nox -s matrix -- --accept"


def test_colour_is_never_the_only_sign(small):
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown(small, terminal=True))
    assert "\x1b" in shown(small, terminal=True)
    assert "✗a" in plain
    assert "\x1b" not in shown(small)


def hostile(asked):
    behaviour = Behaviour("mismatch", HOSTILE)
    rows = [Row(place("2.1"), "losses.late", "n=1", behaviour, None, None, HOSTILE, {"numpy": HOSTILE})]
    rows.append(Row(place("2.2"), "losses.late", "n=1", Behaviour("raised", None, HOSTILE), None, HOSTILE, HOSTILE, {}))
    return report_of(Observed(Rows.of(rows)), asked)


def test_hostile_text_does_nothing_in_a_terminal(world):
    for terminal in (True, False):
        text = re.sub(r"\x1b\[[0-9;]*m", "", shown(hostile(world[1]), terminal=terminal, width=1000))
        assert not [letter for letter in text if letter != "\n" and not letter.isprintable()]
        assert r"\x1b[2J ## @someone [a](b) *b* \u202eevil\x07 [bold]" in text


def test_hostile_text_does_nothing_in_markdown(world):
    text = summary(hostile(world[1]))
    assert not [letter for letter in text if letter != "\n" and not letter.isprintable()]
    for forbidden in ("<script>", "`x`", "@someone", "[a](b)", "*b*", "\n##  ", "\n## @"):
        assert forbidden not in text
    rows = [line for line in text.splitlines() if line.startswith("| `tf")]
    assert rows
    assert all(line.count("|") == 5 for line in rows)


def test_escaping_keeps_what_is_harmless():
    assert escape("loss, 3.10: fine (really)!") == "loss, 3.10: fine (really)!"
    assert code("a`b") == "`` a`b ``"
    assert code("a|b", cell=True) == "`a\\|b`"
    assert clean("a\tb\n c") == "a b c"


def wide(asked):
    axis = Axis.of(load_table())
    rows = [
        Row(leg, case, point, Behaviour("match" if point.endswith("fit") else "mismatch"), None, None, None, {})
        for leg in places(load_table()).values()
        if axis.legs[leg.position][0] == (leg.lane, leg.variant)
        for case in ("losses.decorated",)
        for point in asked.spaces[case].texts
    ]
    ledger = Ledger([], asked)
    found = Observed(Rows.of(rows))
    return verdicts.report(found, verdicts.judge(found.rows, ledger), ledger, axis, asked.cases)


@pytest.mark.parametrize(("width", "blocks"), [(100, 1), (60, 2), (40, 3)])
def test_every_release_is_shown_in_any_width(world, width, blocks):
    lines = shown(wide(world[1]), width=width).splitlines()
    heads = [line for line in lines if line.startswith("TensorFlow 2.")]
    assert len(heads) == blocks
    assert " ".join(head.split(".", 1)[1] for head in heads).split() == [*map(str, range(22)), "22.0rc0"]
    table = lines[lines.index(heads[0]) : lines.index("✓ right, ✗ wrong") if "✓ right, ✗ wrong" in lines else None]
    assert max(map(len, table[: 3 * blocks])) <= width


def test_a_stream_without_the_signs_gets_ascii(small):
    text = shown(small, encoding="ascii")
    assert "xa" in text
    assert "= right, x wrong, ! raises, - unsupported" in text
    assert "2.1-2.2" in text


def run(capsys, *arguments):
    status = command.main(arguments)
    return status, *capsys.readouterr()


@pytest.fixture
def stored(world, tmp_path):
    store, asked = world
    write(store, asked, "tf2.15.1-py3.10", "losses.decorated", {"loss=plain,loop=fit": WRONG})
    write(store, asked, "tf2.21.0-py3.10", "losses.decorated")
    store.write_environment("tf2.15.1-py3.10", {"packages": {"numpy": "1.26"}})
    folders = {"--records": store.root, "--timings": tmp_path / "timings", "--out": tmp_path / "out"}
    folders["--ledger"] = tmp_path / "ledger"
    return [str(word) for pair in folders.items() for word in pair]


def test_an_empty_store_is_status_2_with_the_next_command(tmp_path, capsys):
    status, out, err = run(capsys, "--records", str(tmp_path / "none"), "--out", str(tmp_path / "out"))
    assert (status, out) == (2, "")
    assert "none holds no answer" in err
    assert "nox -s matrix" in err


def test_after_a_history_an_empty_store_is_no_error(tmp_path, capsys):
    folders = ("--records", "--timings", "--out")
    words = ["--if-any", *(word for folder in folders for word in (folder, str(tmp_path / folder[2:])))]
    assert command.main(words) == 0
    assert "there is no page yet: nox -s matrix" in capsys.readouterr().out


def test_the_command_writes_all_tables_and_ends_with_the_verdict(stored, tmp_path, capsys):
    status, out, err = run(capsys, *stored)
    assert (status, err) == (1, "")
    assert out.splitlines()[-2:] == [
        "If this is how it should be: nox -s matrix -- --accept",
        f"The page, tables and summary: {tmp_path / 'out'}",
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("correctness.csv", "counts.csv", "environments.csv", "index.html", "summary.md")
    ]
    assert (tmp_path / "out/environments.csv").read_text() == "leg,package,version\ntf2.15.1-py3.10,numpy,1.26\n"
    assert run(capsys, *stored, "--accept")[0] == 0
    assert run(capsys, *stored)[0] == 0
    assert set(pd.read_csv(tmp_path / "out/correctness.csv")["ledger"]) == {"as expected"}


def test_a_choice_narrows_what_is_shown_and_accepted_but_not_the_tables(stored, tmp_path, capsys):
    status, out, _ = run(capsys, *stored, "--releases", "2.21", "--fresh", "--isolate", "spawn")
    assert status == 0
    assert "2.15" not in out
    assert set(pd.read_csv(tmp_path / "out/correctness.csv")["release"]) == {"2.15.1", "2.21.0"}
    assert run(capsys, *stored, "--releases", "2.21", "--accept")[0] == 0
    assert run(capsys, *stored)[0] == 1, "what was not shown was not accepted"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--releases", "3.7"), "2.21"),
        (("--cases", "losses.x"), "losses.*"),
        (("--lanes", "4.0"), "3.10"),
        (("--variants", "jax"), "plain"),
        (("--relases", "2.1"), "--releases"),
    ],
)
def test_a_mistyped_choice_is_one_clear_error(stored, capsys, words, said):
    status, _, err = run(capsys, *stored, *words)
    assert status == 2
    assert said in err


def test_a_broken_ledger_is_one_clear_error(stored, tmp_path, capsys):
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger/losses.toml").write_text("[[\n")
    status, _, err = run(capsys, *stored)
    assert status == 2
    assert "losses.toml:1: is not valid TOML" in err


def test_a_summary_fits_into_a_comment_however_much_there_is_to_say(small):
    long = "x" * 150
    story, finding = small.stories[0], small.findings[0]
    stories = tuple(dataclasses.replace(story, patterns=(f"{long}{number}",)) for number in range(600))
    findings = tuple(dataclasses.replace(finding, patterns=(f"{long}{number}",)) for number in range(600))
    known = dataclasses.replace(small, stories=stories)
    assert len(summary(known)) <= LONGEST
    assert f"- and {len(stories) - 100} more, which the page (`index.html`) has" in summary(known)
    assert summary(known).count("\n| `") == summary(small).count("\n| `"), "the table is whole"
    both = summary(dataclasses.replace(known, findings=findings))
    assert len(both) <= LONGEST
    assert "- and 500 more" in both
    assert "# tfdrift: 600 findings" in both
