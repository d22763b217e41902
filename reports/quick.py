"""Reads a unit as :func:`cases._record.load_unit` does, with a parser that checks while it reads and takes a fifth of the time.

The legs' code is standard library only, so that the parser is the driver's. It leaves the numbers of an output as text until
somebody looks at them, which a report does at few. Whatever is not quite usual is left to that function: an older record
version, half a surrogate pair (which JSON may hold and this parser refuses), and everything that is an error.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from cases._record import RECORD_VERSION, RecordError, dump_unit, load_header
from matrix.store import load_whole


class Output(msgspec.Struct, forbid_unknown_fields=True):
    """An output of a record, which looks like a dictionary."""

    agrees: Any
    observed: msgspec.Raw
    expected: msgspec.Raw
    max_abs_err: Any
    max_rel_err: Any
    non_finite: Any

    def __getitem__(self, name: str) -> Any:
        value = getattr(self, name)
        return msgspec.json.decode(value) if name in ("observed", "expected") else value

    def get(self, name: str) -> Any:
        """As that of a dictionary, for the names that there are."""
        return self[name]


class Record(msgspec.Struct, forbid_unknown_fields=True):
    """A record, which looks like a dictionary."""

    kind: str
    record_version: int
    leg: str
    case: str
    point: str
    params: dict[str, Any]
    outcome: Literal["match", "mismatch", "raised", "unsupported", "timeout", "crashed"]
    explanation: str | None
    max_abs_err: float | int | None
    max_rel_err: float | int | None
    outputs: dict[str, Output]
    error_type: str | None
    message: str | None
    elapsed_s: float | int | None
    peak_memory_bytes: int | None

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


_DECODER = msgspec.json.Decoder(Record)


def load(data: bytes) -> tuple[dict[str, Any], list[Any]]:
    """``(header, records)`` from the bytes of a unit's file, checked whole."""
    header, body = load_header(data)
    try:
        if header["record_version"] == RECORD_VERSION:
            dump_unit(header, [])  # for its check of the header
            records = _DECODER.decode_lines(body)
            if len(records) == header["points"] == body.count(b"\n"):
                return header, records
    except (RecordError, ValueError, KeyError, RecursionError, msgspec.MsgspecError):
        pass
    return load_whole(data)


def plain(outputs: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The outputs of a record as dictionaries, whichever way they were read."""
    return {name: dict(_items(output)) for name, output in outputs.items()}


def _items(output: Any) -> Iterator[tuple[str, Any]]:
    names = output.__struct_fields__ if isinstance(output, Output) else output
    return ((name, output[name]) for name in names)
