"""A store read in several processes: the same as in one, whatever is in it; and the report after a reader was ended."""

import json
import os
import signal

import pytest
from page_store import fill, hostile
from sealed import sealed
from small_store import CASES, PLACES, place, write

from cases._record import dump_unit, load_unit, make_record
from matrix.paths import UsageError
from matrix.store import Store
from reports import quick, reading
from reports.evidence import Evidence, shown
from reports.observed import observe


def everything(found):
    observed, evidence = found
    return observed, evidence.numbers, evidence.right, evidence.whole


def test_any_number_of_processes_reads_the_same(world):
    store, asked = world
    fill(store, asked)
    write(store, asked, place("2.3", "3.10", "tfkeras").leg, "losses.late", {"n=1": {"outcome": "crashed"}})
    store.path(place("2.3").leg, "losses.late").write_bytes(b"no unit")
    store.path(place("2.1").leg, "gone.case").write_bytes(b"")
    expected_evidence = Evidence(shown(asked))
    expected = observe(expected_evidence.watch(store.units()), asked, PLACES)
    assert len(expected.left_out) == 2
    assert expected.counts
    for processes in (1, 2, 7):
        assert everything(reading.read(store, asked, PLACES, processes)) == everything((expected, expected_evidence))


def test_hostile_records_pass_from_process_to_process(world):
    store, asked = world
    hostile(store, asked)
    write(store, asked, place("2.1").leg, "losses.late")
    assert everything(reading.read(store, asked, PLACES, 2)) == everything(reading.read(store, asked, PLACES, 1))


def unit(**changed):
    """The bytes of a unit of two records, one of them with half a surrogate pair where ``message`` says so."""
    header = {
        "leg": "l",
        "case": "c",
        "case_version": 1,
        "fingerprint": {},
        "versions": {},
        "machine": {},
        "settings": {},
    }
    header |= {"started": "now", "elapsed_s": 0.5}
    records = [make_record("l", "c", {"n": n}, "match", max_rel_err=1e-9 * n, **changed) for n in (1, 2)]
    return dump_unit(header, records)


def altered(data: bytes, change=bytes, **fields) -> bytes:
    """The same unit with a changed body or header, whose checksum is right."""
    head, _, body = data.partition(b"\n")
    return sealed({**json.loads(head), **fields}, change(body))


UNITS = {
    "usual": unit(),
    "letters": unit(message='Ж \u2028 \x00 \ud83d\ude00 "quoted"\n'),
    "half a pair": unit(message="\ud800"),
    "no records": altered(unit(), lambda _: b"", points=0),
    "a record too few": altered(unit(), lambda body: body.splitlines(keepends=True)[0]),
    "no JSON": altered(unit(), lambda body: body.replace(b"{", b"[", 1)),
    "two in a line": altered(unit(), lambda body: body.replace(b"\n", b",", 1)),
    "no outcome": altered(unit(), lambda body: body.replace(b'"outcome"', b'"income"')),
    "unknown outcome": altered(unit(), lambda body: body.replace(b'"match"', b'"well"')),
    "no number": altered(unit(), lambda body: body.replace(b'"elapsed_s":null', b'"elapsed_s":NaN')),
    "truncated": unit()[:-9],
    "newer": altered(unit(), record_version=9),
    "no versions": unit().replace(b'"versions":{},', b"", 1),
    "versions that are none": altered(unit(), versions=3),
    "nothing": b"",
}


@pytest.mark.parametrize("name", UNITS)
def test_the_quick_way_says_what_the_plain_way_says(name):
    def said(load):
        try:
            header, records = load(UNITS[name])
        except ValueError as error:
            return f"{type(error).__name__}: {error}"
        fields = make_record("l", "c", {}, "match")
        plainly = [{field: record[field] for field in fields} for record in records]
        return repr((header, [{**record, "outputs": quick.plain(record["outputs"])} for record in plainly]))

    assert said(quick.load) == said(load_unit)
    assert ("RecordError" in said(quick.load)) == (name in SURE) or name in ("no JSON", "two in a line", "no number")


SURE = (
    "a record too few",
    "no outcome",
    "unknown outcome",
    "truncated",
    "newer",
    "no versions",
    "versions that are none",
)
SURE += ("nothing",)


def test_an_empty_store_is_read_as_nothing(world):
    store, asked = world
    observed, evidence = reading.read(store, asked, PLACES, 4)
    assert (list(observed.rows), observed.left_out, evidence.numbers) == ([], [], {})


def test_each_process_has_about_as_much_to_read():
    sizes = {"a": 90, "b": 50, "c": 40, "d": 5, "e": 1}
    shares = reading._shares(sizes, 2)
    assert sorted(case for share in shares for case in share) == list(sizes)
    assert sorted(sum(sizes[case] for case in share) for share in shares) == [91, 95]
    assert reading._shares({"a": 1}, 8) == [{"a"}]
    assert reading._shares({}, 8) == [set()]


def test_a_reader_that_was_ended_is_one_clear_error(world, monkeypatch):
    store, asked = world
    fill(store, asked)
    parent = os.getpid()

    def units(*_, **__):
        assert os.getpid() != parent
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(Store, "units", units)
    with pytest.raises(UsageError, match=r"ended from outside.*Nothing is lost"):
        reading.read(store, asked, PLACES, 2)


def test_right_answers_are_kept_up_to_a_bound_that_no_process_changes(world, monkeypatch):
    store, asked = world
    fill(store, asked)
    assert shown(asked) == {path[:-3].replace("/", ".") for path in CASES}
    monkeypatch.setattr("reports.evidence.MATCHES_SHOWN", 6)
    assert shown(asked) == {"losses.decorated"}
    _, evidence = reading.read(store, asked, PLACES, 2)
    assert {case for case, right in evidence.right.items() if right} == {"losses.decorated"}
    assert ("tf2.1.1-py3.10", "tape.traces") in evidence.numbers, "what is not right is always kept"
