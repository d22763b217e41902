"""A package index on this machine with stand-ins for TensorFlow in it: real wheels of a few lines, served as PEP 691 has it."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

LANE = ".".join(map(str, sys.version_info[:2]))
TAG = f"cp{LANE.replace('.', '')}-none-any"
UPLOADED = "2026-10-01T02:03:04Z"
RIGHT = """
def twice(n):
    return 2.0 * n

def refuse(n):
    raise ValueError("cannot do this")
"""
WRONG = RIGHT.replace("return 2.0 * n", "return 2.0 * n + (n == 3)")
_SOURCE = '''"""A stand-in for TensorFlow."""
import types

__version__ = "{version}"
keras = types.SimpleNamespace(__version__="9.9.9", layers=types.SimpleNamespace(Dense=object))
autograph = types.SimpleNamespace(to_graph=lambda function: function)
{body}
'''


def wheel(
    folder: Path, name: str, version: str, files: Mapping[str, str], requires: Sequence[str] = (), tag: str = TAG
) -> Path:
    """A wheel built by hand."""
    distribution = name.replace("-", "_")
    info = f"{distribution}-{version}.dist-info"
    metadata = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {one}" for one in requires)]
    texts = {
        **files,
        f"{info}/METADATA": "\n".join(["Metadata-Version: 2.1", *metadata, ""]),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    rows = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for path, text in texts.items()
    ]
    texts[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{distribution}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name_, text in texts.items():
            archive.writestr(name_, text)
    return path


def standin(
    folder: Path,
    version: str,
    body: str = RIGHT,
    name: str = "tensorflow",
    requires: Sequence[str] = (),
    tag: str = TAG,
) -> Path:
    """A stand-in's wheel. NumPy, which the comparison needs, is the one of the Python that runs this test."""
    files = {
        "tensorflow/__init__.py": _SOURCE.format(version=version, body=body),
        "standin.pth": f"{Path(np.__file__).parent.parent}\n",
    }
    return wheel(folder, name, version, files, requires, tag)


class StandinIndex:
    """What is in ``folder``, as an index; every wheel can have further fields, such as ``yanked``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fields: dict[str, dict[str, Any]] = {}
        self.url = ""
        self.trouble: str | None = None
        """What is wrong with its files: ``half`` of each is sent, ``500`` is answered, or they ``hang``."""
        self.closing = threading.Event()
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, path: Path, **fields: Any) -> Path:
        """Put a wheel in, or say more of it."""
        self.fields[path.name] = fields
        return path

    def nightly(self, day: str, body: str = RIGHT, **more: Any) -> Path:
        """Tonight's build."""
        return standin(self.folder, f"2.99.0.dev{day}", body, "tf-nightly", **more)

    def page(self, project: str) -> bytes | None:
        """The files of a project, or None where there is no such project."""
        files = [
            {
                "filename": path.name,
                "url": f"/files/{path.name}",
                "hashes": {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
                "size": path.stat().st_size,
                "upload-time": UPLOADED,
                **self.fields.get(path.name, {}),
            }
            for path in sorted(self.folder.glob(f"{project.replace('-', '_')}-*.whl"))
        ]
        about = {"meta": {"api-version": "1.1"}, "name": project, "versions": [], "files": files}
        return json.dumps(about).encode() if files else None


@contextmanager
def serve(index: StandinIndex) -> Iterator[StandinIndex]:
    """The index at an address on this machine, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, _, rest = self.path.strip("/").partition("/")
            body, what = None, "application/vnd.pypi.simple.v1+json"
            if kind == "simple":
                body = index.page(rest)
            elif kind == "files" and (index.folder / rest).is_file():
                body, what = (index.folder / rest).read_bytes(), "application/zip"
            trouble = index.trouble if kind == "files" else None
            if trouble == "hang":
                index.closing.wait(60)
            if trouble == "500":
                self.send_error(500)
                return
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", what)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            if self.command == "GET":
                body = body or b""
                self.wfile.write(body[: len(body) // 2] if trouble == "half" else body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    index.url = f"http://127.0.0.1:{server.server_port}/simple/"
    try:
        yield index
    finally:
        index.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def use(index: StandinIndex, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Make it the user's only index, with a cache of its own."""
    for name in ("UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_CONFIG_FILE", "UV_OFFLINE", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(cache))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
