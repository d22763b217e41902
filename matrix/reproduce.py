"""``nox -s reproduce``: write a point as a stand-alone script: ``python -m matrix reproduce``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from cases import _catalog
from matrix import one_point, options
from matrix.one_point import OnePoint
from matrix.paths import BUILD, UsageError
from matrix.reproducer.script import LINES, script
from matrix.store import write_whole

FOLDER = BUILD / "reproduce"


def reproduce(arguments: Sequence[str]) -> None:
    """The command: write the script and say where, or raise :class:`UsageError`."""
    parser = options.Parser(prog="nox -s reproduce --", allow_abbrev=False, description=__doc__)
    parser.add_argument("point", help="CASE[POINT], such as 'tape.stop_recording[mode=eager]'")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to write it; by default in build/reproduce/")
    chosen = parser.parse_args(list(arguments))
    print(said(write(one_point.parse(chosen.point), (), chosen.output)))


def scriptable(info: _catalog.CaseInfo) -> bool:
    """Whether all code of a case can be brought along; what it looks up by name when it runs cannot."""
    shared = Path(info.path).parent.glob("_*.py")
    texts = [path.read_text(encoding="utf-8") for path in (Path(info.path), *shared)]
    return not any('import_module("cases.' in text for text in texts)


def write(point: OnePoint, notes: Sequence[str], path: Path | None = None) -> Path:
    """The script of a point, in ``path`` or in a file of that point's name; what lies there already is never overwritten."""
    if not scriptable(point.info):
        raise UsageError(
            f"{point} takes its op from tables, which no script of one point can bring along. Ask it with: "
            f"nox -s matrix -- --cases {point.info.id}"
        )
    data = script(point, notes).encode()
    if path is not None:
        if path.exists() and path.read_bytes() != data:
            raise UsageError(f"{path} exists and is another script. Move it away, or name another file with --output")
    else:
        name = re.sub(r"[^\w.=+-]+", "-", str(point)).strip("-")
        numbered = (FOLDER / f"{name}{f'-{number}' if number > 1 else ''}.py" for number in range(1, 10_000))
        path = next(one for one in numbered if not one.exists() or one.read_bytes() == data)
    write_whole(path, data)
    return path


def said(path: Path) -> str:
    """Where a script is, and how long."""
    count = len(path.read_text(encoding="utf-8").splitlines())
    more = f", more than the {LINES} that a script should have: this case needs them" if count >= LINES else ""
    return f"reproducer ({count} lines{more}): {path}"
