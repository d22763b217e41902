"""Text that somebody else chose (a case, a package, another machine), as a terminal or a file may show it. Stdlib only."""

from __future__ import annotations


def harmless(text: str) -> str:
    """The same with what is not printable spelt out: escapes, marks that turn the direction, halves of surrogates. Lines stay."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter == "\n" else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
