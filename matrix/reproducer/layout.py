"""Lays a program out for people: long lines are broken inside their brackets, an empty line stands before each definition."""

from __future__ import annotations

import io
import tokenize

WIDTH = 120
_INDENT = " " * 8


def laid_out(text: str) -> list[str]:
    """The lines of a program whose statements are a line each."""
    lines: list[str] = []
    defined = False
    for line in text.splitlines():
        if not line.strip():
            continue
        defines = line.startswith(("def ", "class ", "@"))
        if lines and not line.startswith(" ") and (defines or defined) and not lines[-1].startswith("@"):
            lines.append("")
        if not line.startswith(" "):
            defined = defines
        lines += _broken(line)
    return lines


def _broken(line: str) -> list[str]:
    """A line, broken where it is longer than ``WIDTH``: after the last comma or bracket that fits, or before a keyword."""
    indent = line[: len(line) - len(line.lstrip())]
    lines, start, prefix = [], 0, ""
    places = _places(line) if len(line) > WIDTH else []
    while len(prefix) + len(line) - start > WIDTH:
        fits = [place for place in places if start < place <= WIDTH - len(prefix) + start]
        if not fits:
            break
        lines.append((prefix + line[start : fits[-1]]).rstrip())
        start, prefix = fits[-1] + (line[fits[-1]] == " "), indent + _INDENT
    return [*lines, prefix + line[start:]]


def _places(line: str) -> list[int]:
    """Columns inside brackets at which a new line may begin."""
    found, depth, shift = [], 0, len(line) - len(line.lstrip())
    try:
        for token in tokenize.generate_tokens(io.StringIO(line.strip()).readline):
            if token.type == tokenize.OP and token.string in "([{":
                depth += 1
                found.append(token.end[1] + shift)
            elif token.type == tokenize.OP and token.string in ")]}":
                depth -= 1
            elif depth and token.string == ",":
                found.append(token.end[1] + shift)
            elif depth and token.string in ("if", "else", "for", "and", "or"):
                found.append(token.start[1] + shift)
    except (tokenize.TokenError, IndentationError):
        pass  # a header without its block
    return [place for place in found if place < len(line)]
