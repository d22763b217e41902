"""The CSV files of ``build/report/``: the public contract, by pandas; columns and order are those of DESIGN.md."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from matrix.store import write_whole
from reports.observed import Count, Place, Row

CORRECTNESS = [
    *("release", "lane", "leg", "python", "keras", "numpy", "case", "point"),
    *("outcome", "explanation", "max_rel_err", "error_type", "message", "ledger"),
]
COUNTS = ["release", "lane", "leg", "case", "point", "name", "value", "expected"]
ENVIRONMENTS = ["leg", "package", "version"]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ALONE = re.compile(r"\r(?!\n)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*(e[+-]?\d+)?|inf|nan)")


def correctness(rows: Sequence[Row], statuses: Iterable[str]) -> pd.DataFrame:
    """One line per point and leg."""
    places, versions = [row.place for row in rows], [row.versions for row in rows]
    columns: dict[str, list[Any]] = {
        "release": [place.release for place in places],
        "lane": [place.lane for place in places],
        "leg": [place.leg for place in places],
        **{name: [version.get(name) for version in versions] for name in ("python", "keras", "numpy")},
        "case": [row.case for row in rows],
        "point": [row.point for row in rows],
        "outcome": [row.behaviour.outcome for row in rows],
        "explanation": [row.behaviour.explanation for row in rows],
        "max_rel_err": [row.max_rel_err for row in rows],
        "error_type": [row.error_type for row in rows],
        "message": [row.message for row in rows],
        "ledger": list(statuses),
    }
    # As objects: what they are need not be found out a million times, and they are written as they are.
    frame: pd.DataFrame = pd.DataFrame(columns, columns=CORRECTNESS, dtype=object)
    return frame


def counts(found: Sequence[Count]) -> pd.DataFrame:
    """One line per number that a case tracks."""
    columns: dict[str, list[Any]] = {
        "release": [count.place.release for count in found],
        "lane": [count.place.lane for count in found],
        "leg": [count.place.leg for count in found],
        **{name: [getattr(count, name) for count in found] for name in COUNTS[3:6]},
        # As objects: a missing number must not turn the others into 3.0.
        "value": pd.Series([count.value for count in found], dtype=object),  # type: ignore[dict-item]
        "expected": pd.Series([count.expected for count in found], dtype=object),  # type: ignore[dict-item]
    }
    frame: pd.DataFrame = pd.DataFrame(columns, columns=COUNTS)
    return frame


def environments(observed: Mapping[str, Mapping[str, Any]], known: Mapping[str, Place]) -> pd.DataFrame:
    """One line per package of each leg."""
    lines = [
        (leg, package, version)
        for leg in known
        for package, version in sorted(observed.get(leg, {}).get("packages", {}).items())
    ]
    frame: pd.DataFrame = pd.DataFrame(lines, columns=ENVIRONMENTS)
    return frame


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Put a table in place, whole: the text that ``to_csv`` makes, three times as fast where there are a million lines."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*(_plain(frame[name]) for name in frame.columns), strict=True))
    write_whole(path, text.getvalue().encode())


def _plain(column: "pd.Series[Any]") -> list[Any]:
    """The values, ``None`` where one is missing."""
    present = column.notna()
    column = column.astype(object)
    values: list[Any] = (column if present.all() else column.where(present, None)).tolist()
    # Few texts differ: each is looked at once.
    texts = {value for value in values if isinstance(value, str)}
    strange = {text: shown for text in texts if (shown := _cell(text)) != text}
    return [strange.get(value, value) if isinstance(value, str) else value for value in values] if strange else values


def _cell(text: str) -> str:
    """A text that any file can hold, and that no spreadsheet takes for a formula: that would begin with an apostrophe."""
    text = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
    # Alone it ends a line for readers, and Python's writer does not quote it.
    text = _ALONE.sub(r"\\r", text)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
