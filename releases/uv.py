"""Finds uv, which resolves the locks and makes the virtualenvs."""

from __future__ import annotations

import functools
import importlib
import re
import shutil


class UvMissing(RuntimeError):
    """There is no uv on this machine: says how to get it."""


_NO_NETWORK = re.compile(
    r"\b(connect|connection|dns|network|timed out|request failed|offline|sending request|failed to fetch)\b",
    re.IGNORECASE,
)


def unreachable(words: str) -> bool:
    """Whether what uv printed says that it did not reach an index, or a file there."""
    return bool(_NO_NETWORK.search(words))


@functools.cache
def uv_binary() -> str:
    """The path of uv: the one installed beside this Python, else the one on PATH."""
    try:
        found: str = importlib.import_module("uv").find_uv_bin()
    except (ImportError, AttributeError, FileNotFoundError):
        pass
    else:
        return found
    if on_path := shutil.which("uv"):
        return on_path
    raise UvMissing("uv was found neither beside this Python nor on PATH. Install it: pip install uv")
