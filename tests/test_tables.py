"""The CSV tables: columns, order of rows, counts, and what is left out of them."""

import csv
import io

import pandas as pd
import pytest
from small_store import CANDIDATE, LEGS, PLACES, catalogue_at, count, place, read, write

from matrix.store import Store
from releases.table import load
from reports import tables
from reports.axis import Axis
from reports.ledger import Judgement
from reports.observed import MATCH, Behaviour, Row, Rows, places

HOSTILE = 'a,"b"\r\n|<b>`\x1b[31m\x00 \ud800 =1+1'


@pytest.fixture
def world(tmp_path, monkeypatch):
    return Store(tmp_path / "records"), catalogue_at(monkeypatch, tmp_path / "cases")


def saved(frame, path):
    tables.write_csv(frame, path)
    return pd.read_csv(path, keep_default_na=False, dtype=str)


def correctness(rows, path, status="new"):
    tables.write_correctness(rows, [Judgement(status, MATCH)] * len(rows), path)
    return pd.read_csv(path, keep_default_na=False, dtype=str)


def test_correctness_has_the_contract_s_columns_and_order(world, tmp_path):
    store, asked = world
    for leg in (place(CANDIDATE), place("2.3", "3.10", "tfkeras"), place("2.3"), place("2.3", "3.7"), place("2.1")):
        write(store, asked, leg.leg, "losses.late")
    answers = {"loss=plain,loop=fit": {"outcome": "raised", "error_type": "ValueError", "message": HOSTILE}}
    write(store, asked, place("2.1").leg, "losses.decorated", answers)
    found = read(store, asked)
    frame = correctness(found.rows, tmp_path / "c.csv")
    assert ",".join(frame.columns) == (
        "release,lane,leg,python,keras,numpy,case,point,outcome,explanation,max_rel_err,error_type,message,ledger"
    )
    assert list(dict.fromkeys(zip(frame["release"], frame["lane"], frame["case"], strict=True))) == [
        ("2.1.1", "3.10", "losses.decorated"),
        ("2.1.1", "3.10", "losses.late"),
        ("2.3.1", "3.7", "losses.late"),
        ("2.3.1", "3.10", "losses.late"),
        (CANDIDATE, "3.10", "losses.late"),
    ]
    assert list(frame["point"][:6]) == list(asked.spaces["losses.decorated"].texts)
    third = frame.iloc[2]
    assert (third["outcome"], third["error_type"], third["keras"]) == ("raised", "ValueError", "2.3.0")
    assert third["message"] == HOSTILE.replace("\ud800", "\\ud800").replace("\x00", "\\x00")
    assert (frame["explanation"] == "").all()


@pytest.mark.parametrize("error", [None, 0, 0.0, 1e-17, -2.5, 1e300])
@pytest.mark.parametrize("said", [None, "", " a", HOSTILE.replace("\x00", "").replace("\ud800", ""), "=1", "'", '"'])
def test_correctness_has_the_text_that_csv_makes_of_each_row(error, said, tmp_path):
    behaviours = Behaviour("match"), Behaviour("mismatch", said), Behaviour("raised", None, "ValueError")
    rows = [
        Row(place("2.1"), "losses.late", point, behaviour, error, behaviour.error_type, said, {"keras": said})
        for behaviour in behaviours
        for point in ("", "n=1,m=2")
    ]
    correctness(Rows.of(rows), tmp_path / "c.csv", "as expected")
    at = place("2.1")
    shown = said and tables._cell(said)
    first = at.release, at.lane, at.leg, None, shown, None, "losses.late"
    expected = io.StringIO(newline="")
    writer = csv.writer(expected, lineterminator="\n")
    writer.writerow(tables.CORRECTNESS)
    for row in rows:
        explanation = shown if row.behaviour.explanation else None
        writer.writerow(
            (*first, row.point, row.behaviour.outcome, explanation, error, row.error_type, shown, "as expected")
        )
    assert (tmp_path / "c.csv").read_bytes() == expected.getvalue().encode()


def test_legs_are_in_order_of_version_not_of_text():
    releases = [leg.release for leg in places(load()).values()]
    assert releases.index("2.9.3") < releases.index("2.10.1") < releases.index("2.21.0") < releases.index("2.22.0rc0")
    lanes = [leg.lane for leg in places(load()).values() if leg.release == "2.9.3" and not leg.variant]
    assert lanes == sorted(lanes, key=lambda lane: int(lane[2:]))
    axis = Axis.of(load())
    assert axis.positions[0] == "2.0"
    assert axis.legs["2.9"][0] == ("3.10", "")
    assert all(leg.position in axis.positions for leg in places(load()).values())


def test_counts_follow_what_a_case_tracks(world, tmp_path):
    store, asked = world
    for position, traces in (("2.1", 1), ("2.2", 3)):
        outcome = "match" if traces == 1 else "mismatch"
        write(store, asked, place(position).leg, "tape.traces", {"": {"outcome": outcome, "outputs": count(traces)}})
    write(store, asked, place("2.3").leg, "tape.traces", {"": {"outcome": "crashed"}})
    write(store, asked, place("2.1").leg, "losses.late", {"n=1": {"outcome": "match", "outputs": count(5)}})
    found = read(store, asked)
    assert [row.behaviour.counts for row in found.rows if row.case == "tape.traces"] == [None, "traces=3", None]
    frame = saved(tables.counts(found.counts), tmp_path / "counts.csv")
    assert ",".join(frame.columns) == "release,lane,leg,case,point,name,value,expected"
    assert frame[["release", "point", "name", "value", "expected"]].to_numpy().tolist() == [
        ["2.1.1", "", "traces", "1", "1"],
        ["2.2.1", "", "traces", "3", "1"],
    ]


def test_environments_list_the_packages_of_known_legs():
    observed = {place("2.1").leg: {"packages": {"numpy": "1.19", "keras": "2"}}, "tf9-py3.10": {"packages": {"x": "1"}}}
    frame = tables.environments(observed, PLACES)
    assert frame.to_csv(index=False, lineterminator="\n") == (
        "leg,package,version\ntf2.1.1-py3.10,keras,2\ntf2.1.1-py3.10,numpy,1.19\n"
    )


def test_no_answers_still_give_tables_with_their_columns(tmp_path):
    assert list(correctness(Rows(), tmp_path / "c.csv").columns) == tables.CORRECTNESS
    assert tables.counts([]).to_csv(index=False) == ",".join(tables.COUNTS) + "\n"


def test_units_that_cannot_be_used_are_left_out_and_named(world):
    store, asked = world
    write(store, asked, place("2.1").leg, "losses.late", fingerprint={"case": "old", "shared": ""})
    write(store, asked, "tf1.15.0-py3.7", "losses.late")
    write(store, asked, place("2.3", "3.10", "tfkeras").leg, "losses.late")
    store.path(place("2.3", "3.10", "tfkeras").leg, "losses.late").write_bytes(b"{}\n")
    store.path(place("2.3").leg, "losses.gone").parent.mkdir(parents=True)
    store.path(place("2.3").leg, "losses.gone").write_bytes(b"")
    found = read(store, asked)
    assert not found.rows
    told = {unit.leg: (unit.case, unit.command) for unit in found.left_out}
    assert told == {
        "tf2.1.1-py3.10": ("losses.late", "nox -s matrix -- --releases 2.1.1 --lanes 3.10 --cases losses.late"),
        "tf1.15.0-py3.7": ("losses.late", None),
        "tf2.3.1-py3.10-tfkeras": (
            "losses.late",
            "nox -s matrix -- --releases 2.3.1 --lanes 3.10 --variants tfkeras --cases losses.late",
        ),
        "tf2.3.1-py3.10": ("losses.gone", None),
    }
    assert "changed since" in next(unit.reason for unit in found.left_out if unit.leg == "tf2.1.1-py3.10")


def test_the_small_world_is_like_the_real_one():
    assert [leg.position for leg in PLACES.values()] == [at for at, pairs in LEGS.items() for _ in pairs]
