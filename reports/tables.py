"""The CSV files of ``build/report/``: the public contract, by pandas; columns and order are those of DESIGN.md."""

import csv
import functools
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from matrix.store import write_whole
from reports.columns import by_unit
from reports.ledger import Judgement
from reports.observed import Count, Place, Rows

CORRECTNESS = [
    *("release", "lane", "leg", "python", "keras", "numpy", "case", "point"),
    *("outcome", "explanation", "max_rel_err", "error_type", "message", "ledger"),
]
COUNTS = ["release", "lane", "leg", "case", "point", "name", "value", "expected"]
ENVIRONMENTS = ["leg", "package", "version"]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ALONE = re.compile(r"\r(?!\n)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*(e[+-]?\d+)?|inf|nan)")


def write_correctness(rows: Rows, judgements: Sequence[Judgement], path: Path) -> None:
    """Put the table in place that has one line per point and leg."""
    write_whole(path, "".join(_correctness(rows, judgements)).encode())


def _correctness(rows: Rows, judgements: Sequence[Judgement]) -> Iterator[str]:
    """The lines. Of a million only the errors differ much, so that the pieces between them are made once each."""
    text = functools.cache(_piece)
    yield text(*CORRECTNESS) + "\n"
    for unit, judged in by_unit(rows, judgements):
        place, case = unit.place, unit.case
        versions = (unit.versions.get(name) for name in ("python", "keras", "numpy"))
        leg = _piece(place.release, place.lane, place.leg, *versions)
        for point, behaviour, error, error_type, message, judgement in zip(
            unit.points, unit.behaviours, unit.errors, unit.error_types, unit.messages, judged, strict=True
        ):
            said = text(error_type, message, judgement.status)
            number = "" if error is None else error
            yield f"{leg},{text(case, point)},{text(*behaviour[:2])},{number},{said}\n"


def _piece(*fields: Any) -> str:
    """Two or more fields of a line."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerow([_cell(one) if isinstance(one, str) else one for one in fields])
    return written.getvalue()[:-1]


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
