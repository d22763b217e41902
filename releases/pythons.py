"""Finds the Pythons of this machine: every candidate is run once before it is believed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

ONLY = "TFDRIFT_PYTHONS"
"""Environment variable: only these interpreters, separated as in PATH. Hides the rest, for tests and for CI."""

TIMEOUT_S = 10.0
FORGET_S = 600.0
_CACHE_VERSION = 1
_MARK = "tfdrift-python "
_PROGRAM = f"""
import json, os, platform, struct, sys
prefix = getattr(sys, "base_prefix", sys.prefix)
print("{_MARK}" + json.dumps({{
    "version": platform.python_version(),
    "lane": "%d.%d" % sys.version_info[:2],
    "cpython": platform.python_implementation() == "CPython",
    "bits": struct.calcsize("P") * 8,
    "gil": "free-threading" not in sys.version,
    "conda": os.path.isdir(os.path.join(prefix, "conda-meta")) or "conda" in sys.version,
    "virtual": prefix != sys.prefix,
    "executable": getattr(sys, "_base_executable", None) or sys.executable,
    "prefix": prefix,
}}))
"""


@dataclass(frozen=True)
class Interpreter:
    """A CPython that was run and answered."""

    lane: str
    version: str
    path: Path


def find(cache: Path | None = None) -> dict[str, Interpreter]:
    """The newest 64-bit CPython of each lane on this machine, by lane; `cache` makes the second call cheap."""
    paths = list(dict.fromkeys(_real(path) for path in _candidates()))
    known = _read_cache(cache)
    ask = [path for path in paths if not _fresh(known.get(str(path)), path)]
    if ask:
        with ThreadPoolExecutor(max_workers=8) as pool:
            for path, answer in zip(ask, pool.map(_ask, ask), strict=True):
                known[str(path)] = {**_stamp(path), "asked": time.time(), "answer": answer}
        _write_cache(cache, known)
    best: dict[str, Interpreter] = {}
    for path in paths:
        one = _believe(path, known[str(path)]["answer"])
        if one and (one.lane not in best or _patch(one) > _patch(best[one.lane])):
            best[one.lane] = one
    return dict(sorted(best.items(), key=lambda item: Version(item[0])))


def _candidates() -> Iterator[Path]:
    """Every file that may be a Python, the nearest to the user first."""
    if only := os.environ.get(ONLY):
        yield from (Path(text) for text in only.split(os.pathsep) if text)
        return
    for folder in map(Path, os.environ.get("PATH", "").split(os.pathsep)):
        # Windows puts stubs there that open a shop.
        if folder != Path() and "WindowsApps" not in folder.parts:
            yield from _in_folder(folder)
    yield Path(getattr(sys, "_base_executable", None) or sys.executable)
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv")
    for version in _folders(pyenv / "versions") + _folders(pyenv / "pyenv-win" / "versions"):
        yield from _in_folder(version / "bin", ("python",))
        yield from _in_folder(version, ("python",))
    for version in _folders(_uv_folder(home)):
        yield from _in_folder(version / "bin", ("python3",))
        yield from _in_folder(version, ("python",))
    if launcher := shutil.which("py"):
        yield from _from_launcher(launcher)


def _in_folder(folder: Path, names: tuple[str, ...] = ()) -> Iterator[Path]:
    suffix = ".exe" if os.name == "nt" else ""
    for name in names or ("python3", "python", *(f"python3.{minor}" for minor in range(7, 20))):
        path = folder / (name + suffix)
        if path.is_file() and os.access(path, os.X_OK):
            yield path


def _folders(parent: Path) -> list[Path]:
    try:
        return sorted(path for path in parent.iterdir() if path.is_dir())
    except OSError:
        return []


def _uv_folder(home: Path) -> Path:
    if chosen := os.environ.get("UV_PYTHON_INSTALL_DIR"):
        return Path(chosen)
    if os.name == "nt":
        return Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming") / "uv" / "data" / "python"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "uv" / "python"


def _from_launcher(launcher: str) -> Iterator[Path]:
    """What the Windows launcher lists: ` -V:3.11 *  C:\\Python311\\python.exe`."""
    try:
        listing = subprocess.run([launcher, "-0p"], capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except (OSError, subprocess.SubprocessError):
        return
    for line in listing.stdout.splitlines():
        words = line.replace("*", " ").split(maxsplit=1)
        if len(words) == 2 and words[1].lower().endswith(".exe"):
            yield Path(words[1].strip())


def _real(path: Path) -> Path:
    """Follows links, so that a virtualenv's python and python3 beside python3.11 are the one file that they are."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _ask(path: Path) -> dict[str, Any] | None:
    """Runs a candidate: what it says of itself, or None where it fails (a pyenv shim's 127), hangs or babbles."""
    env = {key: value for key, value in os.environ.items() if key != "__PYVENV_LAUNCHER__"}
    # A file and not a pipe: the grandchild of a script that hangs would hold the pipe open after its parent's death.
    with tempfile.TemporaryFile() as out:
        try:
            process = subprocess.Popen(
                [str(path), "-I", "-c", _PROGRAM],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=env,
            )
        except (OSError, ValueError):
            return None
        try:
            status = process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            _kill(process)
            return None
        out.seek(0)
        text = out.read(1 << 16).decode("utf-8", "replace")
    if status != 0:
        return None
    for line in text.splitlines():
        if line.startswith(_MARK):
            try:
                answer = json.loads(line[len(_MARK) :])
            except ValueError:
                return None
            return answer if isinstance(answer, dict) else None
    return None


def _kill(process: subprocess.Popen[bytes]) -> None:
    if os.name == "nt":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _believe(path: Path, answer: dict[str, Any] | None) -> Interpreter | None:
    """An interpreter that TensorFlow has wheels for, or None."""
    if not answer:
        return None
    try:
        usable = answer["cpython"] and answer["bits"] == 64 and answer["gil"] and not answer["conda"]
        version = str(answer["version"]).rstrip("+")  # a distribution's own build calls itself 3.10.13+
        Version(version)
        # A script that starts a Python, or a virtualenv's copy: what stands behind it is what we want.
        real = path if _is_binary(path) and not answer["virtual"] else Path(answer["executable"])
        return Interpreter(str(answer["lane"]), version, real) if usable else None
    except (KeyError, TypeError, InvalidVersion):
        return None


def _is_binary(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) != b"#!"
    except OSError:
        return False


def _patch(one: Interpreter) -> Version:
    return Version(one.version)


def _stamp(path: Path) -> dict[str, int]:
    try:
        stat = path.stat()
    except OSError:
        return {"mtime_ns": 0, "size": 0}
    return {"mtime_ns": stat.st_mtime_ns, "size": stat.st_size}


def _fresh(entry: Any, path: Path) -> bool:
    """Whether what was learnt of a file still holds; a script's answer and a failure may change without the file."""
    if not isinstance(entry, dict) or "answer" not in entry:
        return False
    stamp = _stamp(path)
    if any(entry.get(key) != value for key, value in stamp.items()):
        return False
    if _believe(path, entry["answer"]) and _is_binary(path):
        return True
    asked = entry.get("asked")
    return isinstance(asked, (int, float)) and 0 <= time.time() - asked < FORGET_S


def _read_cache(cache: Path | None) -> dict[str, Any]:
    if cache is None:
        return {}
    try:
        stored = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # it is only a cache: without it everything is asked again
    if not isinstance(stored, dict) or stored.get("cache_version") != _CACHE_VERSION:
        return {}
    known = stored.get("pythons")
    return known if isinstance(known, dict) else {}


def _write_cache(cache: Path | None, known: dict[str, Any]) -> None:
    if cache is None:
        return
    text = json.dumps({"cache_version": _CACHE_VERSION, "pythons": known}, indent=1)
    beside = cache.with_name(f"{cache.name}.{os.getpid()}.new")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(cache)
    except OSError:
        # A folder that cannot be written costs half a second a run, not the run.
        with contextlib.suppress(OSError):
            beside.unlink()
