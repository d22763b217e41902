"""The schema of what one leg answers: the only thing that those who run cases and those who read answers share.

Standard library only, Python 3.7 syntax: it is imported in every leg and by the driver.

A *unit* is one case on one leg. Its file, ``build/records/<leg>/<case>.jsonl``, has one header line and one line per
point::

    {"kind": "unit", "record_version": 2, "leg": "tf2.15.1-py3.10", "case": "tape.stop_recording", "case_version": 1,
     "fingerprint": {"case": "…", "shared": "…", "lock": "…", "python": "3.10.13", "settings": "…", …},
     "points": 2, "sha256": "…of the file, with zeros in this place", "versions": {"tensorflow": "2.15.1", …}, "machine": {…},
     "settings": {"isolate": "fork", "time_limit_s": 60.0, …}, "started": "2026-11-20T21:00:00Z", "elapsed_s": 0.41}
    {"kind": "record", "record_version": 2, "leg": …, "case": …, "point": "mode=eager", "params": {"mode": "eager"},
     "outcome": "match", "explanation": null, "max_abs_err": 0.0, "max_rel_err": 0.0, "outputs": {…},
     "error_type": null, "message": null, "elapsed_s": 0.02, "peak_memory_bytes": 412000000}

``outputs`` maps each name to ``{"agrees": true, "observed": V, "expected": V, "max_abs_err": …, "max_rel_err": …,
"non_finite": 0}``, where V is ``{"dtype": "float32", "shape": [2, 3], "values": [flat, first KEPT_VALUES of them]}``;
``None`` is ``{"dtype": "none", "shape": null, "values": null}`` and a string ``{"dtype": "str", "shape": null, "values":
"…"}``. A name that only one side has is ``null`` on the other. Numbers that JSON lacks are the strings ``"nan"``, ``"inf"``
and ``"-inf"``; a complex number is ``[re, im]``. Units are in the names of fields; a missing value is ``null``.

History of RECORD_VERSION: 1, the first. 2: the checksum covers the header too, which had been that of the lines after it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Callable, Mapping

RECORD_VERSION = 2
OUTCOMES = ("match", "mismatch", "raised", "unsupported", "timeout", "crashed")
KEPT_VALUES = 24
"""Values of an output that every record keeps; a case names the outputs to keep whole in ``KEEP``."""
MESSAGE_CHARACTERS = 2000

_RECORD_FIELDS: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "record_version": (int,),
    "leg": (str,),
    "case": (str,),
    "point": (str,),
    "params": (dict,),
    "outcome": (str,),
    "explanation": (str, type(None)),
    "max_abs_err": (float, int, type(None)),
    "max_rel_err": (float, int, type(None)),
    "outputs": (dict,),
    "error_type": (str, type(None)),
    "message": (str, type(None)),
    "elapsed_s": (float, int, type(None)),
    "peak_memory_bytes": (int, type(None)),
}
_UNIT_FIELDS: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "record_version": (int,),
    "leg": (str,),
    "case": (str,),
    "case_version": (int,),
    "fingerprint": (dict,),
    "points": (int,),
    "sha256": (str,),
    "versions": (dict,),
    "machine": (dict,),
    "settings": (dict,),
    "started": (str,),
    "elapsed_s": (float, int),
}


_OUTPUT_FIELDS = frozenset(("agrees", "observed", "expected", "max_abs_err", "max_rel_err", "non_finite"))
_RIGHT: set[tuple[Any, ...]] = set()
"""Fields and types that were found right: a store has very many records of very few kinds."""
_KINDS_KEPT = 1000


class RecordError(ValueError):
    """A unit's text is not what this version of the suite writes; the message says where and why."""


def point_text(params: Mapping[str, Any]) -> str:
    """``name=value,name=value`` in the order of the parameters; a case without parameters has the empty point."""
    return ",".join("{}={}".format(name, value) for name, value in params.items())


def make_record(leg: str, case: str, params: Mapping[str, Any], outcome: str, **fields: Any) -> dict[str, Any]:
    """A record with every field of the schema; what is not given is missing (``None``, or no outputs)."""
    record: dict[str, Any] = {
        "kind": "record",
        "record_version": RECORD_VERSION,
        "leg": leg,
        "case": case,
        "point": point_text(params),
        "params": dict(params),
        "outcome": outcome,
        "explanation": None,
        "max_abs_err": None,
        "max_rel_err": None,
        "outputs": {},
        "error_type": None,
        "message": None,
        "elapsed_s": None,
        "peak_memory_bytes": None,
    }
    unknown = set(fields) - set(record)
    if unknown:
        raise RecordError("no such field in a record: {}".format(", ".join(sorted(unknown))))
    record.update(fields)
    if record["message"] is not None:
        record["message"] = record["message"][:MESSAGE_CHARACTERS]
    check_record(record)
    return record


def check_record(record: Any) -> None:
    """Raise :class:`RecordError` unless ``record`` has exactly the fields, types and outcome of the schema."""
    _check_fields(record, _RECORD_FIELDS, "record")
    if record["outcome"] not in OUTCOMES:
        raise RecordError("outcome {!r} is none of {}".format(record["outcome"], ", ".join(OUTCOMES)))
    for name, output in record["outputs"].items():
        missing = _OUTPUT_FIELDS ^ set(output)
        if missing:
            raise RecordError("output {!r}: fields {} missing or unknown".format(name, ", ".join(sorted(missing))))


def _check_fields(mapping: Any, fields: dict[str, tuple[type, ...]], what: str) -> None:
    if not isinstance(mapping, dict):
        raise RecordError("a {} is a JSON object, not {}".format(what, type(mapping).__name__))
    kind = (what, tuple(mapping), tuple(map(type, mapping.values())))
    if kind in _RIGHT:
        return
    different = set(mapping) ^ set(fields)
    if different:
        raise RecordError("{}: fields {} missing or unknown".format(what, ", ".join(sorted(different))))
    for name, types in fields.items():
        if not isinstance(mapping[name], types) or (isinstance(mapping[name], bool) and bool not in types):
            raise RecordError("{}: field {} is {!r}".format(what, name, mapping[name]))
    if len(_RIGHT) < _KINDS_KEPT:
        _RIGHT.add(kind)


def dump_unit(header: dict[str, Any], records: list[dict[str, Any]]) -> bytes:
    """The bytes of a unit's file: the header, completed with count and checksum, then one line per record."""
    body = b"".join(_line(record) for record in records)
    header = dict(header, kind="unit", record_version=RECORD_VERSION, points=len(records), sha256=_NO_DIGEST)
    _check_fields(header, _UNIT_FIELDS, "unit")
    header["sha256"] = hashlib.sha256(_line(header) + body).hexdigest()
    return _line(header) + body


_NO_DIGEST = "0" * 64
"""What stands in the place of the checksum while it is computed."""


def _line(mapping: dict[str, Any]) -> bytes:
    return (json.dumps(mapping, allow_nan=False, ensure_ascii=True, separators=(",", ":")) + "\n").encode("ascii")


def load_header(data: bytes) -> tuple[dict[str, Any], bytes]:
    """``(header, body)`` from the bytes of a unit's file; the checksum holds, the body's lines are not read yet."""
    head, newline, body = data.partition(b"\n")
    try:
        header = json.loads(head.decode("utf-8"))
    except ValueError:
        header = None
    if not newline or not isinstance(header, dict) or header.get("kind") != "unit":
        raise RecordError("line 1 is not the header of a unit")
    version = header.get("record_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise RecordError("line 1 has no record_version")
    if version > RECORD_VERSION:
        raise RecordError(
            "written by a newer tfdrift (record_version {}, this one reads up to {}): update tfdrift".format(
                version, RECORD_VERSION
            )
        )
    digest = header.get("sha256")
    if not isinstance(digest, str) or len(digest) != len(_NO_DIGEST):
        raise RecordError("line 1 has no checksum")
    covered = data.replace(digest.encode("ascii", "replace"), _NO_DIGEST.encode(), 1) if version > 1 else body
    if hashlib.sha256(covered).hexdigest() != digest:
        raise RecordError("truncated or altered (the checksum differs)")
    return header, body


def load_unit(data: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """``(header, records)`` from the bytes of a unit's file, upgraded to the present version and checked whole."""
    header, body = load_header(data)
    records = [json.loads(line.decode("ascii")) for line in body.splitlines()]
    for step in range(header["record_version"], RECORD_VERSION):
        header, records = _UPGRADES[step](header, records)
    _check_fields(header, _UNIT_FIELDS, "unit")
    if len(records) != header["points"]:
        raise RecordError("has {} records where its header says {}".format(len(records), header["points"]))
    for record in records:
        check_record(record)
    return header, records


def _upgrade_from_1(header: Any, records: Any) -> Any:
    return dict(header, record_version=2), [dict(record, record_version=2) for record in records]


_UPGRADES: dict[int, Callable[[Any, Any], Any]] = {1: _upgrade_from_1}
"""``{version: function(header, records) -> (header, records) of version + 1}``."""
