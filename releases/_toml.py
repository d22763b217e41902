"""Reads TOML and remembers where everything stood, so that a mistake is reported with its line."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")
_REQUIRED = object()
_WORDS: dict[type, str] = {
    str: "text in quotes",
    int: "a whole number",
    date: "a date such as 2024-03-08",
    dict: "a table in braces",
    list: "a list in brackets",
}
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*["']?([A-Za-z0-9_.-]+)["']?\s*=""")


class TableError(ValueError):
    """The table of releases has a mistake: says what, where, and what to do."""


class Document:
    """One TOML file: its data, and the line of every section and key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise TableError(
                f"{path}: cannot be read ({error.strerror}). Restore it: git checkout -- {path}"
            ) from error
        except UnicodeDecodeError as error:
            raise TableError(f"{path}: is not UTF-8 ({error.reason}). Save it as UTF-8.") from error
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            at = int(found[1]) if found else len(text.splitlines())
            raise TableError(
                f"{path}:{at}: is not valid TOML ({error}). Correct that line; what was changed: git diff -- {path}"
            ) from error
        # (section, index of a repeated section, key or "" for the header itself) -> line
        self._lines: dict[tuple[str, int, str], int] = {}
        section, index, seen = "", 0, dict[str, int]()
        for number, line in enumerate(text.splitlines(), 1):
            if header := _HEADER.match(line):
                section, index = header[2], 0
                if header[1] == "[[":
                    index = seen.get(section, 0)
                    seen[section] = index + 1
                self._lines[section, index, ""] = number
            elif key := _KEY.match(line):
                self._lines.setdefault((section, index, key[1]), number)

    def line(self, section: str, index: int = 0, key: str = "") -> int:
        """The line of a key, or of its section's header where the key is missing."""
        if found := self._lines.get((section, index, key)):
            return found
        if not section and key:
            # A top-level key may be written as a section, [key] or [key.name].
            for (name, _, below), line in self._lines.items():
                if not below and (name == key or name.startswith(f"{key}.")):
                    return line
        return self._lines.get((section, index, ""), 1)

    def error(self, message: str, section: str = "", index: int = 0, key: str = "") -> TableError:
        """An error that points at a key: what is wrong there, and the remedy, are the message."""
        return TableError(f"{self.path}:{self.line(section, index, key)}: {message}")


class Section:
    """One section of the file: hands out its values checked, and knows which keys nobody asked for."""

    def __init__(self, doc: Document, data: object, name: str, index: int) -> None:
        self.doc, self.name, self.index = doc, name, index
        if not isinstance(data, dict):
            raise doc.error(f"{name} has to be a section. Write its keys below a line [{name}].", name, index)
        self.data: dict[str, Any] = data
        self._asked: list[str] = []

    def error(self, key: str, message: str) -> TableError:
        return self.doc.error(message, self.name, self.index, key)

    def get(self, key: str, kind: type[T], default: Any = _REQUIRED) -> T:
        """The value of a key, which has to be of this type."""
        self._asked.append(key)
        if key not in self.data:
            if default is _REQUIRED:
                where = f" in [{self.name}]" if self.name else ""
                raise self.error(key, f"{key} is missing{where}. Add it: {key} = {_WORDS[kind]}.")
            return default  # type: ignore[no-any-return]
        value = self.data[key]
        # bool is an int and datetime is a date, and neither is meant.
        if type(value) is not kind:
            raise self.error(key, f"{key} = {value!r} has to be {_WORDS[kind]}. Correct its value.")
        return value

    def texts(
        self, key: str, good: Callable[[str], bool], what: str, default: Any = _REQUIRED, *, empty: bool = False
    ) -> tuple[str, ...]:
        """A list of texts, each of which has to be good; `what` says what good is."""
        values = self.get(key, list, default)
        if key not in self.data:
            return tuple(values)
        for value in values:
            if not isinstance(value, str) or not good(value):
                raise self.error(key, f"{value!r} in {key} is not {what}. Correct or remove it.")
        if not values and not empty:
            raise self.error(key, f"{key} is empty. Name at least one: {what}.")
        return tuple(values)

    def choice(self, key: str, choices: tuple[T, ...], default: Any = _REQUIRED) -> T:
        """One of a few values."""
        value = self.get(key, type(choices[0]), default)
        if key in self.data and value not in choices:
            raise self.error(key, f"{key} = {value!r} is not known. Choose one of {', '.join(map(repr, choices))}.")
        return value

    def positive(self, key: str) -> int:
        """A number above zero."""
        value = self.get(key, int)
        if value <= 0:
            raise self.error(key, f"{key} = {value} has to be above zero. Measure it, or copy a neighbour's.")
        return value

    def done(self) -> None:
        """Refuses keys that nobody asked for: a misspelt optional key must not be silence."""
        for key in self.data:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, 1)
                remedy = f"Did you mean {near[0]}?" if near else f"Remove it; known are {', '.join(self._asked)}."
                raise self.error(key, f"{key} is not known here. {remedy}")
