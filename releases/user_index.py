"""Where this user's packages come from: what uv was told, else what pip was told, since uv does not read pip's settings.

Standard library only (and TOML): the noxfile's own Python makes virtualenvs by it.
"""

from __future__ import annotations

import configparser
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_NAMED = re.compile(r"^[A-Za-z0-9._-]+=(?=[a-z]+:)")


def default_index() -> str | None:
    """The address of the package index; None where nobody named one, which leaves it to the tools."""
    return _from_uv() or _from_pip()


def first_indexes() -> list[str]:
    """The indexes that uv asks before the default one, in its order."""
    words = f"{os.environ.get('UV_INDEX', '')} {os.environ.get('UV_EXTRA_INDEX_URL', '')}".split()
    listed = [_bare(word) for word in words]
    for settings in _uv_settings():
        listed += [str(one["url"]) for one in settings.get("index", ()) if not one.get("default") and "url" in one]
        more = settings.get("extra-index-url", [])
        listed += [more] if isinstance(more, str) else [str(one) for one in more]
    return list(dict.fromkeys(listed))


def uv_environment(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a call of uv, to which an index that only pip was told of is passed on."""
    made = dict(os.environ if env is None else env)
    if not _from_uv() and (index := _from_pip()):
        made["UV_DEFAULT_INDEX"] = index
    return made


def without_secrets(text: str) -> str:
    """An address that may be shown: no user, no password, no query."""
    parts = urlsplit(text)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _from_uv() -> str | None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        if value := os.environ.get(name):
            return _bare(value)
    for settings in _uv_settings():
        for one in settings.get("index", ()):
            if one.get("default") and "url" in one:
                return str(one["url"])
        if value := settings.get("index-url"):
            return str(value)
    return None


def _bare(text: str) -> str:
    """uv also takes ``name=https://…``."""
    return _NAMED.sub("", text)


def _uv_settings() -> Iterator[Mapping[str, Any]]:
    """The user's uv.toml and the machine's, nearest first; what cannot be read is uv's to complain about."""
    if os.environ.get("UV_NO_CONFIG"):
        return
    if chosen := os.environ.get("UV_CONFIG_FILE"):
        paths = [Path(chosen)]
    elif os.name == "nt":
        paths = [
            Path(os.environ.get(name, "")) / "uv" / "uv.toml"
            for name in ("APPDATA", "PROGRAMDATA")
            if name in os.environ
        ]
    else:
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        paths = [home / "uv" / "uv.toml", Path("/etc/uv/uv.toml")]
    for path in paths:
        try:
            settings = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        yield settings
        if isinstance(settings.get("pip"), dict):
            yield settings["pip"]


def _from_pip() -> str | None:
    if value := os.environ.get("PIP_INDEX_URL"):
        return value
    if os.environ.get("PIP_CONFIG_FILE") == os.devnull:
        return None
    for path in _pip_files():
        settings = configparser.RawConfigParser()
        try:
            settings.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("install", "global"):
            if value := settings.get(section, "index-url", fallback=None):
                return value.strip()
    return None


def _pip_files() -> list[Path]:
    home = Path.home()
    files = [Path(chosen)] if (chosen := os.environ.get("PIP_CONFIG_FILE")) else []
    if os.name == "nt":
        files += [home / "pip" / "pip.ini"]
        files += [
            Path(os.environ[name]) / "pip" / "pip.ini" for name in ("APPDATA", "PROGRAMDATA") if name in os.environ
        ]
        return files
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    files += [config / "pip" / "pip.conf", home / ".pip" / "pip.conf"]
    if sys.platform == "darwin":
        files.append(home / "Library" / "Application Support" / "pip" / "pip.conf")
    return [*files, Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf")]
