"""A new TensorFlow becomes a row and a lock; what cannot be added changes nothing. Asks an index on this machine only."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from releases import __main__ as command
from releases import lock
from releases.index import listed
from releases.new import NewReleaseError, add
from releases.table import DEFAULT, Release, Table, Variant, load

TODAY = date(2026, 12, 1)


def wheel(
    project: str, version: str, python: str, platform: str = "manylinux_2_27_x86_64", **more: Any
) -> dict[str, Any]:
    name = f"{project.replace('-', '_')}-{version}-{python}-{python.removesuffix('t')}-{platform}.whl"
    if python.endswith("t"):
        name = f"{project.replace('-', '_')}-{version}-{python.removesuffix('t')}-{python}-{platform}.whl"
    file = {"filename": name, "url": f"/files/{name}", "hashes": {}, "size": 300_000_000}
    return {**file, "upload-time": "2026-10-07T08:09:10.123456Z", **more}


def sdist(project: str, version: str) -> dict[str, Any]:
    return {"filename": f"{project}-{version}.tar.gz", "url": "/x", "hashes": {}, "size": 1}


FILES: dict[str, list[dict[str, Any]]] = {
    "tensorflow-cpu": [
        wheel("tensorflow-cpu", "2.22.0", "cp311"),
        wheel("tensorflow-cpu", "2.22.0", "cp310"),
        wheel("tensorflow-cpu", "2.22.0", "cp313t"),
        wheel("tensorflow-cpu", "2.22.0", "cp314"),
        wheel("tensorflow-cpu", "2.22.0", "cp312", "win_amd64", **{"upload-time": "2026-10-08T00:00:00Z"}),
        wheel("tensorflow-cpu", "2.21.1", "cp310"),
        wheel("tensorflow-cpu", "2.23.0rc0", "cp310"),
        wheel("tensorflow-cpu", "2.24.0", "cp310", yanked="broken gradients"),
        wheel("tensorflow-cpu", "2.25.0", "cp310", "win_amd64"),
        sdist("tensorflow-cpu", "2.26.0"),
        wheel("tensorflow-cpu", "2.27.0", "cp310", **{"upload-time": None}),
        wheel("tensorflow-cpu", "2.28.0", "cp399"),
    ],
    "tensorflow": [wheel("tensorflow", "2.22.1", "cp310"), wheel("tensorflow", "2.22.0", "cp310")],
}


class Index(BaseHTTPRequestHandler):
    """The part of a package index that is asked, as PEP 691 has it; `html` makes it an older mirror."""

    html = False

    def do_GET(self) -> None:
        project = self.path.strip("/").split("/")[-1]
        if project not in FILES:
            self.send_error(404)
            return
        if self.html:
            links = [
                f'<a href="{file["url"]}" data-upload-time="{file.get("upload-time")}">{file["filename"]}</a>'
                for file in FILES[project]
                if file.get("upload-time")
            ]
            body, kind = "\n".join(links), "text/html"
        else:
            body = json.dumps(
                {"meta": {"api-version": "1.1"}, "name": project, "versions": [], "files": FILES[project]}
            )
            kind = "application/vnd.pypi.simple.v1+json"
        self.answer(body.encode(), kind)

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "300000000")
        self.end_headers()

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{server.server_port}/simple/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(Index, "html", False)
    yield
    server.shutdown()
    server.server_close()
    thread.join()


class Lock:
    """Stands in for the resolver."""

    fails: tuple[str | None, ...] = ()

    def __call__(self, release: Release, _: Table, variant: Variant | None, folder: Path) -> Path:
        name = variant.name if variant else None
        if name in self.fails:
            raise lock.LockError("nothing fits")
        path = lock.lock_path(release, variant, folder)
        path.write_text("a lock\n", encoding="utf-8")
        return path


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Lock:
    fake = Lock()
    monkeypatch.setattr(lock, "make", fake)
    return fake


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """A copy of the table that a test may change."""
    path = tmp_path / "releases.toml"
    path.write_bytes(DEFAULT.read_bytes())
    return load(path)


@pytest.mark.usefixtures("index", "resolver")
@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
def test_a_new_minor_is_appended(table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, html: bool) -> None:
    monkeypatch.setattr(Index, "html", html)
    before = table.path.read_text(encoding="utf-8")
    said = add("2.22.0", table, tmp_path / "locks", TODAY)
    after = load(table.path)
    row = after.releases[-1]
    assert (row.version, row.pythons, row.distribution) == ("2.22.0", ("3.10", "3.11"), "tensorflow-cpu")
    assert (row.uploaded, row.locked_until) == (date(2026, 10, 8), date(2026, 11, 5))
    assert (row.elsewhere, row.keras, row.download_mb) == ("tensorflow", 3, 365)
    assert row.installed_mb > 1000
    assert row.variants == ("tfkeras", "newkeras")
    assert sorted(path.name for path in (tmp_path / "locks").iterdir()) == [
        "tf2.22.0-newkeras.txt",
        "tf2.22.0-tfkeras.txt",
        "tf2.22.0.txt",
    ]
    # The candidate of the same minor has become the release; nothing else has changed, comments and all.
    assert after.candidates == ()
    text = table.path.read_text(encoding="utf-8")
    kept = before[: before.index("[[candidate]]")]
    assert text.startswith(kept)
    assert text[len(kept) :].startswith('[[release]]\nversion = "2.22.0"')
    assert said[0] == "took out 2.22.0rc0, which it replaces"


@pytest.mark.usefixtures("index", "resolver")
def test_a_patch_release_replaces_its_minors_row(table: Table, tmp_path: Path) -> None:
    folder = tmp_path / "locks"
    folder.mkdir()
    for name in ("tf2.21.0.txt", "tf2.21.0-tfkeras.txt", "tf2.20.0.txt"):
        (folder / name).write_text("old", encoding="utf-8")
    add("2.21.1", table, folder, TODAY)
    after = load(table.path)
    assert [row.version for row in after.releases[-2:]] == ["2.20.0", "2.21.1"]
    assert after.candidates == table.candidates
    assert not (folder / "tf2.21.0.txt").exists()
    assert not (folder / "tf2.21.0-tfkeras.txt").exists()
    assert (folder / "tf2.20.0.txt").exists()
    assert after.releases[-1].era


@pytest.mark.usefixtures("index", "resolver")
def test_a_candidate_is_added_below_the_releases(table: Table, tmp_path: Path) -> None:
    add("2.23.0rc0", table, tmp_path / "locks", TODAY)
    after = load(table.path)
    assert after.releases == table.releases
    assert [row.version for row in after.candidates] == ["2.22.0rc0", "2.23.0rc0"]
    assert after.candidates[-1].variants == ()


@pytest.mark.usefixtures("index", "resolver")
def test_tensorflow_itself_where_there_is_no_smaller_wheel(table: Table, tmp_path: Path) -> None:
    add("2.22.1", table, tmp_path / "locks", TODAY)
    row = load(table.path).releases[-1]
    assert (row.distribution, row.elsewhere) == ("tensorflow", None)


@pytest.mark.usefixtures("index", "resolver")
def test_a_release_of_today_is_not_locked_in_the_future(table: Table, tmp_path: Path) -> None:
    add("2.22.0", table, tmp_path / "locks", date(2026, 10, 10))
    assert load(table.path).releases[-1].locked_until == date(2026, 10, 10)


@pytest.mark.usefixtures("index")
def test_a_variant_that_does_not_resolve_yet_is_left_out(table: Table, tmp_path: Path, resolver: Lock) -> None:
    resolver.fails = ("tfkeras",)
    said = add("2.22.0", table, tmp_path / "locks", TODAY)
    assert load(table.path).releases[-1].variants == ("newkeras",)
    assert "left out the variant tfkeras" in said[0]


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("2.23.7", "the index has no TensorFlow 2.23.7. There are 2.23.0rc0"),
        ("9.9.9", "the index has no TensorFlow 9.9.9"),
        ("2.24.0", "was yanked (broken gradients)"),
        ("2.25.0", "no wheels for Linux x86-64"),
        ("2.26.0", "has no wheels on the index"),
        ("2.27.0", "does not say when"),
        ("2.28.0", "none of them is a lane"),
        ("2.21.0", "is in the table already. To make its lock again: nox -s lock -- 2.21.0"),
        ("2.15.0", "the table has 2.15.1"),
        ("2.22", "Write all three numbers"),
        ("newest", "is not a version"),
        ("2.22.0", "nothing fits"),
    ],
)
def test_what_cannot_be_added_changes_nothing(
    table: Table, tmp_path: Path, resolver: Lock, version: str, words: str
) -> None:
    resolver.fails = (None,)
    before = table.path.read_bytes()
    with pytest.raises(NewReleaseError) as caught:
        add(version, table, tmp_path / "locks", TODAY)
    assert words in str(caught.value)
    assert table.path.read_bytes() == before
    assert not (tmp_path / "locks").exists()


def test_an_index_that_is_not_reached_is_one_clear_error(
    table: Table, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(command, "load", lambda: table)
    before = table.path.read_bytes()
    assert command.main(["new", "2.22.0"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error: the package index was not reached")
    assert "UV_DEFAULT_INDEX" in said.err
    assert said.out == ""
    assert table.path.read_bytes() == before


@pytest.mark.usefixtures("index")
def test_the_index_lists_what_it_has_a_wheel_of() -> None:
    found = {str(one.version): one for one in listed()}
    assert list(found) == sorted(found, key=Version)
    assert (found["2.22.0"].distribution, found["2.22.0"].pythons) == ("tensorflow-cpu", ("3.10", "3.11", "3.14"))
    assert found["2.22.1"].distribution == "tensorflow"
    assert [version for version, one in found.items() if one.yanked] == ["2.24.0"]
    assert found["2.25.0"].pythons == ()
    assert "2.26.0" not in found
