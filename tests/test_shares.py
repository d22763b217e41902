"""Machines that ask a share each agree on the division without speaking, and together ask everything once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_store import catalogue_at
from test_merge import answer_all

from cases import _catalog
from matrix import options, plan, shares
from matrix.paths import UsageError
from matrix.store import Store
from releases import pythons
from reports import __main__ as reports

ROOT = Path(__file__).resolve().parent.parent
HERE = pythons.Interpreter("3.10", "3.10.13", Path(sys.executable))


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The small catalogue, for everybody."""
    return catalogue_at(monkeypatch, tmp_path / "cases")


def parts(number: int, *words: str) -> list[shares.Share]:
    cases = options.choose_cases(None)
    return [plan.share(options.parse([*words, "--shard", f"{part}/{number}"]), cases) for part in range(1, number + 1)]


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("number", [1, 2, 5, 25])
def test_shares_together_ask_every_leg_once(number: int) -> None:
    everything = plan.everywhere(options.parse([]))
    found = [leg.id for share in parts(number) for leg in share.legs]
    assert sorted(found) == sorted(leg.id for leg in everything)
    assert len(everything) >= 25


@pytest.mark.usefixtures("asked")
def test_the_division_depends_on_no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    here = parts(3)
    monkeypatch.setattr(pythons, "find", lambda *_: {})
    assert parts(3) == here


def test_shares_are_balanced_by_cost() -> None:
    legs = plan.everywhere(options.parse(["--releases", "2.10..2.16", "--lanes", "3.10"]))
    cost = {leg.id: 1.0 for leg in legs} | {legs[0].id: 6.0}
    assert [[leg.id for leg in share] for share in shares.divide(legs, 2, cost)] == [
        [legs[0].id],
        [leg.id for leg in legs[1:]],
    ]
    for number in (2, 3, 4):
        sums = [sum(cost[leg.id] for leg in share) for share in shares.divide(legs, number, cost)]
        assert max(sums) - min(sums) <= max(cost.values())


def test_a_point_that_a_release_cannot_have_costs_nothing(asked) -> None:
    legs = {leg.release.minor: leg for leg in plan.everywhere(options.parse(["--releases", "2.1,2.2"]))}
    late = {"losses.late": asked.cases["losses.late"]}
    plain = {"losses.late": asked.cases["losses.late"]._replace(since=None)}
    assert shares.cost_s(legs["2.2"], late) == shares.cost_s(legs["2.2"], plain)
    assert shares.cost_s(legs["2.1"], late) < shares.cost_s(legs["2.1"], plain)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("shard", "says"),
    [
        ("0/3", "there is no part 0 of 3"),
        ("4/3", "there is no part 4 of 3"),
        ("1/0", "there is no part 1 of 0"),
        ("1/99", "so some shares would be empty"),
        ("2", "neither a part such as 2/5 nor one of the chosen legs: tf2.0.4-py3.7"),
        ("../1/2", "neither a part"),
        ("tf2.99.0-py3.10", "neither a part"),
        ("tf2.16.2-py3.10-tfkeras", "neither a part"),
    ],
)
def test_a_share_that_is_none_is_one_clear_error(shard: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        plan.share(options.parse(["--shard", shard]), options.choose_cases(None))


@pytest.mark.usefixtures("asked")
def test_a_leg_is_a_share_among_those_that_were_chosen() -> None:
    words = ["--variants", "tfkeras", "--lanes", "3.10", "--shard", "tf2.16.2-py3.10-tfkeras"]
    share = plan.share(options.parse(words), options.choose_cases(None))
    assert [leg.id for leg in share.legs] == ["tf2.16.2-py3.10-tfkeras"]
    assert len(share.of) > 1


@pytest.mark.usefixtures("asked")
def test_the_plan_is_a_job_matrix(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "find", lambda *_: {})
    plan.show_json(
        plan.parse(["--releases", "2.1,2.16", "--variants", "plain,tfkeras", "--lanes", "3.7,3.10", "--json"])
    )
    text = capsys.readouterr().out
    assert text.count("\n") == 1
    rows = json.loads(text)["include"]
    assert [(row["leg"], row["release"], row["python"], row["variant"]) for row in rows] == [
        ("tf2.1.4-py3.7", "2.1.4", "3.7", "plain"),
        ("tf2.16.2-py3.10", "2.16.2", "3.10", "plain"),
        ("tf2.16.2-py3.10-tfkeras", "2.16.2", "3.10", "tfkeras"),
    ]
    assert all(row["cost_s"] > 0 for row in rows)


@pytest.mark.usefixtures("asked")
def test_a_share_that_cannot_be_whole_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "find", lambda *_: {"3.10": HERE})
    with pytest.raises(
        UsageError, match=r"share 1/1 cannot be asked whole here.*2\.1: needs Python 3\.7.*--download-python"
    ):
        plan.show(options.parse(["--releases", "2.1,2.21", "--lanes", "3.7,3.10", "--shard", "1/1"]))


def test_what_is_timed_takes_no_share() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "matrix", "timing", "--shard", "1/2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "unrecognized arguments: --shard" in done.stderr) == (2, True)


def test_nox_knows_the_legs_of_a_share_whatever_pythons_are_here(tmp_path: Path) -> None:
    words = ("-l", "--json", "-s", "matrix", "--", "--releases", "2.1,2.4,2.10", "--cases", "tape.reset", "--shard")
    found = []
    for part in ("1/2", "2/2"):
        done = subprocess.run(
            [sys.executable, "-m", "nox", *words, part],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "TFDRIFT_PYTHONS": sys.executable, "TFDRIFT_BUILD": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found += [entry["session"] for entry in json.loads(done.stdout) if entry["name"] == "matrix"]
    assert sorted(found) == [
        "matrix(tf2.1.4-py3.7)",
        "matrix(tf2.10.1-py3.10)",
        "matrix(tf2.10.1-py3.7)",
        "matrix(tf2.4.4-py3.7)",
    ]


def answer(store: Store, share: shares.Share, cases: dict[str, _catalog.CaseInfo]) -> None:
    for leg in share.legs:
        answer_all(store, cases, leg)


def test_a_share_is_finished_when_every_unit_is_there_and_current(asked, tmp_path: Path) -> None:
    words = ["--releases", "2.15..2.17", "--lanes", "3.10", "--shard", "1/2"]
    parsed, store = options.parse(words), Store(tmp_path / "records")
    share = plan.share(parsed, asked.cases)
    with pytest.raises(
        UsageError, match=r"share 1/2 is not whole: 3 units were not answered, such as losses\.decorated"
    ):
        shares.finish(share, asked.cases, store, parsed)
    answer(store, share, asked.cases)
    note = shares.finish(share, asked.cases, store, parsed)
    assert note.name == "share-1-of-2.json"
    assert shares.read_note(note) == json.loads(note.read_bytes())
    store.path(share.legs[0].id, "tape.traces").write_bytes(b"torn")
    with pytest.raises(UsageError, match=r"1 units were not answered, such as tape\.traces"):
        shares.finish(share, asked.cases, store, parsed)


def test_a_store_that_served_another_division_vouches_for_the_last_only(asked, tmp_path: Path) -> None:
    store, said = Store(tmp_path / "records"), []
    for shard in ("1/2", "2/2", "1/1"):
        parsed = options.parse(
            ["--releases", "2.15..2.17" if shard[-1] == "2" else "2.15", "--lanes", "3.10", "--shard", shard]
        )
        share = plan.share(parsed, asked.cases)
        answer(store, share, asked.cases)
        shares.finish(share, asked.cases, store, parsed)
        said.append(sorted(path.name for path in store.root.glob("share-*")))
    assert said == [["share-1-of-2.json"], ["share-1-of-2.json", "share-2-of-2.json"], ["share-1-of-1.json"]]


def test_a_share_is_not_judged_and_not_accepted(asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--releases", "2.15..2.17", "--lanes", "3.10", "--shard", "2/2", "--records", str(tmp_path / "records")]
    share = plan.share(options.parse(words[:-2]), asked.cases)
    assert reports.main(words) == 2
    assert "share 2/2 is not whole" in capsys.readouterr().err
    answer(Store(tmp_path / "records"), share, asked.cases)
    assert reports.main([*words, "--accept"]) == 2
    assert "Accept after the merge" in capsys.readouterr().err
    assert reports.main(words) == 0
    assert "Share 2/2 is whole: 2 of 3 legs, 3 cases each" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"share_version": 2, "share": "1/2", "legs": ["a"], "of": ["a"], "cases": []}',
     '{"share_version": 1, "share": "1/2", "legs": ["a"], "of": ["b"], "cases": []}',
     '{"share_version": 1, "share": "1/2", "legs": [], "of": ["b"], "cases": []}',
     '{"share_version": 1, "share": "1/2", "legs": "a", "of": "a", "cases": []}',
     '{"share_version": 1, "share": "1/2", "legs": [1], "of": [1], "cases": []}', "[" * 100_000],
)  # fmt: skip
def test_a_note_that_is_none_is_not_believed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "share-1-of-2.json"
    path.write_text(text)
    assert shares.read_note(path) is None
