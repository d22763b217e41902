"""Reads a unit as :func:`cases._record.load_unit` does, with a parser that takes half its time.

The legs' code is standard library only, so that the parser is the driver's. Whatever is not quite usual is left to that function:
an older record version, half a surrogate pair (which JSON may hold and this parser refuses), and everything that is an error.
"""

from typing import Any

import orjson

from cases._record import RECORD_VERSION, RecordError, check_record, dump_unit, load_header, load_unit


def load(data: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """``(header, records)`` from the bytes of a unit's file, checked whole."""
    header, body = load_header(data)
    try:
        records = [orjson.loads(line) for line in body.splitlines()]
        if header["record_version"] == RECORD_VERSION and len(records) == header["points"]:
            dump_unit(header, [])  # for its check of the header
            for record in records:
                check_record(record)
            return header, records
    except (RecordError, ValueError, KeyError):
        pass
    return load_unit(data)
