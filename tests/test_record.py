"""Units are whole, checked, versioned: what was altered, cut or written by a newer suite is named."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import _record
from cases._record import RecordError, dump_unit, load_unit, make_record


def header(**fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"leg": "tf2.15.1-py3.10", "case": "tape.reset", "case_version": 1, "fingerprint": {}}
    made.update(versions={}, machine={}, settings={}, started="2026-11-20T21:00:00Z", elapsed_s=0.5)
    made.update(fields)
    return made


def unit() -> bytes:
    records = [make_record("tf2.15.1-py3.10", "tape.reset", {"mode": mode}, "match") for mode in ("eager", "graph")]
    return dump_unit(header(), records)


def test_what_is_written_is_read() -> None:
    head, records = load_unit(unit())
    assert (head["points"], [record["point"] for record in records]) == (2, ["mode=eager", "mode=graph"])


@given(st.integers(0, 10**6), st.integers(0, 7))
def test_any_flipped_bit_is_noticed(position: int, bit: int) -> None:
    altered = bytearray(unit())
    altered[position % len(altered)] ^= 1 << bit
    with pytest.raises(RecordError):
        load_unit(bytes(altered))


def test_version_1_had_a_checksum_of_the_lines_after_the_header() -> None:
    head, _, body = unit().replace(b'"record_version":2', b'"record_version":1').partition(b"\n")
    first = {**json.loads(head), "sha256": hashlib.sha256(body).hexdigest()}
    header, records = load_unit(json.dumps(first).encode() + b"\n" + body)
    assert [header["record_version"], *(record["record_version"] for record in records)] == [2, 2, 2]


@given(st.integers(0, 10**6))
def test_any_truncation_is_noticed(position: int) -> None:
    whole = unit()
    with pytest.raises(RecordError):
        load_unit(whole[: position % len(whole)])


def test_a_newer_version_is_refused_with_the_remedy() -> None:
    head, _, body = unit().partition(b"\n")
    newer = {**json.loads(head), "record_version": _record.RECORD_VERSION + 1}
    with pytest.raises(RecordError, match=r"newer tfdrift.*update tfdrift"):
        load_unit(json.dumps(newer).encode() + b"\n" + body)


def test_an_older_version_is_upgraded_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = unit()
    monkeypatch.setattr(_record, "RECORD_VERSION", _record.RECORD_VERSION + 2)
    steps = []

    def step(number: int) -> Any:
        def upgrade(head: dict[str, Any], records: list[Any]) -> Any:
            steps.append(number)
            return {**head, "record_version": number + 1}, records

        return upgrade

    first = _record.RECORD_VERSION - 2
    monkeypatch.setattr(_record, "_UPGRADES", {first: step(first), first + 1: step(first + 1)})
    head, _ = load_unit(whole)
    assert (head["record_version"], steps) == (_record.RECORD_VERSION, [first, first + 1])


@pytest.mark.parametrize(
    "wrong",
    [{"outcome": "ok"}, {"elapsed_s": "soon"}, {"peak_memory_bytes": True}, {"outputs": {"x": {"agrees": True}}}],
)
def test_a_record_that_is_not_of_the_schema_is_refused(wrong: dict[str, Any]) -> None:
    record = make_record("leg", "case", {}, "match")
    with pytest.raises(RecordError):
        _record.check_record({**record, **wrong})


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RecordError, match="no such field in a record: seconds"):
        make_record("leg", "case", {}, "match", seconds=1.0)


def test_numbers_that_json_lacks_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        dump_unit(header(), [make_record("leg", "case", {}, "match", max_abs_err=float("nan"))])
