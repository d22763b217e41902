"""Values of records as rows and tables hold them."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_LARGEST = sys.float_info.max


def counts_of(outputs: Mapping[str, Any], track: Iterable[str]) -> Iterator[tuple[str, Any, Any]]:
    """(name, value, expected) of each number of the tracked outputs."""
    for name in track:
        if name in outputs:
            values, expected = (_numbers(outputs[name][side]) for side in ("observed", "expected"))
            several = max(len(values), len(expected)) > 1
            for number in range(max(len(values), len(expected))):
                value, right = (side[number] if number < len(side) else None for side in (values, expected))
                yield f"{name}[{number}]" if several else name, value, right


def wrong_counts(outputs: Mapping[str, Any], track: Iterable[str]) -> str | None:
    """``traces=3`` of the tracked outputs that are not as the oracle says, so that another wrong count is noticed."""
    texts = []
    for name in track:
        if name in outputs and not outputs[name]["agrees"]:
            values = _numbers(outputs[name]["observed"])
            texts.append(f"{name}={' '.join(str(value) for value in values) or 'none'}")
    return ", ".join(texts) or None


def _numbers(side: Mapping[str, Any] | None) -> list[Any]:
    """The values of one side of an output as numbers or words; none where it is missing."""
    values = side.get("values") if isinstance(side, Mapping) else None
    if values is None:
        return []
    return [
        int(value) if isinstance(value, float) and value.is_integer() else value
        for value in (values if isinstance(values, list) else [values])
    ]


def finite(error: float | None) -> float | None:
    """JSON can hold an integer of a thousand digits, and Python's reader takes a NaN: neither is an error that was computed."""
    return error if error is None or -_LARGEST <= error <= _LARGEST else None


def storable(text: str | None) -> str | None:
    """JSON can hold half a surrogate pair, which no file in UTF-8 can, and a null, which no CSV of Python 3.10 can."""
    return text and text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
