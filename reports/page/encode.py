"""Compact data for the page: values by number, equal neighbours once, and JSON that cannot leave its element."""

import json
from collections.abc import Callable, Hashable, Sequence
from typing import Any

_ESCAPES = {
    **{"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"},
    **{"\u2028": "\\u2028", "\u2029": "\\u2029", "\x7f": "\\u007f"},
}


class Dictionary:
    """Numbers values in the order in which they first come; a value is written once however often it is used."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def __call__(self, value: Hashable) -> int:
        """The value's number."""
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[Any]:
        """All values, by number."""
        return list(self._numbers)


class Known(dict[Any, Any]):
    """What a function says of each value, asked once: a million rows have few different ones."""

    def __init__(self, ask: Callable[[Any], Any]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, value: Any) -> Any:
        found = self[value] = self._ask(value)
        return found


def runs(numbers: Sequence[int]) -> tuple[int, ...]:
    """``(value, how often, value, how often, …)``: releases mostly do what their neighbours do."""
    written: list[int] = []
    for number in numbers:
        if written and written[-2] == number:
            written[-1] += 1
        else:
            written += (number, 1)
    return tuple(written)


def unrolled(written: Sequence[int]) -> list[int]:
    """What :func:`runs` was given."""
    return [number for number, times in zip(written[::2], written[1::2], strict=True) for _ in range(times)]


def embed(data: Any) -> str:
    """JSON for a ``<script>`` element: no tag can close or open in it, and no letter is one that JavaScript trips over."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair is no text: no file in UTF-8 can hold it.
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    for letter, escape in _ESCAPES.items():
        text = text.replace(letter, escape)
    return text
