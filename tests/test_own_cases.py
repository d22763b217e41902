"""Cases of one's own: named by their folder, held to the same rules and to a ledger beside them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fan_out import LANE, OWN_CASES, Machine, legs_here

from cases import _catalog
from matrix import options, own_cases
from matrix.paths import UsageError
from matrix.store import OWN_CASES as NOTE
from matrix.store import read_folders

GOOD = '"""A claim.\n\nOracle: 1.\n"""\ndef oracle(): ...\ndef build(): ...\n'


def test_a_folder_names_all_its_cases_and_a_pattern_some() -> None:
    assert list(options.choose_cases(f"{OWN_CASES}/")) == ["ours.total", "plain"]
    assert list(options.choose_cases(str(OWN_CASES))) == ["ours.total", "plain"]
    assert list(options.choose_cases(f"{OWN_CASES}/ours.*")) == ["ours.total"]
    assert list(options.choose_cases(f"{OWN_CASES}/plain,tape.reset")) == ["tape.reset", "plain"]


def test_without_a_folder_all_of_tfdrifts_own_are_meant() -> None:
    assert set(options.choose_cases(None)) == set(_catalog.catalog())


def test_a_folder_may_be_named_from_where_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(OWN_CASES)
    (info,) = options.choose_cases("./plain").values()
    # A child works in a folder of its own: it needs the whole path.
    assert Path(info.path) == OWN_CASES / "plain.py"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.py", GOOD.replace("Oracle: 1", "None"), "derives no oracle"),
        ("a.py", GOOD.replace("def oracle", "def orakel"), "has no function oracle"),
        ("a.py", "def (", r"a\.py, line 1: invalid syntax"),
        ("a.py", GOOD + "PARAMS = {'n': tuple(range(3))}\n", "is not a literal"),
        ("tape/reset.py", GOOD, r"has the name of a case of tfdrift, tape\.reset"),
        ("a.py", "\xff", "codec"),
    ],
)
def test_what_is_no_case_is_refused_with_the_rule(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=says):
        options.choose_cases(f"{tmp_path}/")


def test_a_folder_that_is_not_there_or_has_nothing_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no folder .*none\. Cases of your own: --cases FOLDER/"):
        options.choose_cases(f"{tmp_path}/none/")
    with pytest.raises(UsageError, match="There is no case below it"):
        options.choose_cases(f"{tmp_path}/")
    with pytest.raises(UsageError, match=r"matches 'total'. There is: ours\.total, plain"):
        options.choose_cases(f"{OWN_CASES}/total")


def test_two_folders_with_a_case_of_the_same_name_are_refused(tmp_path: Path) -> None:
    shutil.copytree(OWN_CASES, tmp_path / "copy")
    with pytest.raises(UsageError, match=r"are both called ours\.total"):
        options.choose_cases(f"{OWN_CASES}/,{tmp_path / 'copy'}/")


def test_a_store_remembers_the_folders(tmp_path: Path) -> None:
    own_cases.remember(tmp_path, "tape.reset")
    assert not (tmp_path / NOTE).exists()
    own_cases.remember(tmp_path, f"{OWN_CASES}/ours.*,tape.*")
    own_cases.remember(tmp_path, None)
    assert read_folders(tmp_path) == [OWN_CASES]
    assert set(own_cases.every(tmp_path)) == {*_catalog.catalog(), "ours.total", "plain"}
    for text in ("{", "{}", "[1]", ""):
        (tmp_path / NOTE).write_text(text)
        assert read_folders(tmp_path) == []


def test_a_change_in_shared_code_of_ones_own_makes_its_cases_stale(tmp_path: Path) -> None:
    shutil.copytree(OWN_CASES, tmp_path / "copy")
    before = _catalog.sources(options.choose_cases(f"{tmp_path / 'copy'}/")["ours.total"])
    with (tmp_path / "copy" / "ours" / "_shared.py").open("a") as stream:
        stream.write("# changed\n")
    after = _catalog.sources(options.choose_cases(f"{tmp_path / 'copy'}/")["ours.total"])
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


def test_accepted_answers_lie_beside_the_cases_and_the_report_knows_both(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    shutil.copytree(OWN_CASES, folder)
    leg = legs_here()[0]
    machine = Machine(tmp_path / "build", [leg])
    words = ["--releases", leg.release.version, "--lanes", LANE, "--cases", f"{folder}/"]
    machine("matrix", "run", leg.id, *words)
    said = machine("reports", *words, status=1)
    assert "ours.total" in said
    assert "tape.reset" not in said
    own = Path(__file__).resolve().parent.parent / "reports" / "ledger"
    before = {path: path.read_bytes() for path in own.iterdir()}
    machine("reports", *words, "--accept")
    assert [path.name for path in (folder / "ledger").iterdir()] == ["ours.toml"]
    assert 'explanation = "nothing summed"' in (folder / "ledger" / "ours.toml").read_text()
    assert {path: path.read_bytes() for path in own.iterdir()} == before
    # Without the option the store knows where its cases are.
    assert "ledger expects" in machine("reports")
    # The ledger's word counts in both directions.
    ledger = folder / "ledger" / "ours.toml"
    ledger.write_text(ledger.read_text().replace("nothing summed", "something else"))
    machine("reports", status=1)
    shutil.rmtree(folder)
    assert "holds no answer" in machine("reports", status=2)
