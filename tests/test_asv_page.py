"""The published page, in a real browser: a point for every release, their names on the axis, a series for every lane.

The results are made up; asv publishes them and chromium draws them: `nox -s page`. The libraries that asv's page takes
from the web are Debian's here, and are installed like chromium where they are missing and root may.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import chromium
import pytest

from matrix import asv_results, history, timeline
from releases import table as tables
from releases.legs import lanes_of
from releases.table import Release

pytestmark = pytest.mark.page
ROOT = Path(__file__).resolve().parent.parent
PACKAGES = "libjs-jquery libjs-jquery-flot libjs-bootstrap libjs-jquery-stupidtable node-blueimp-md5"
DEBIAN = Path("/usr/share/javascript")
LIBRARIES = {
    "jquery-3.3.1.min.js": DEBIAN / "jquery/jquery.min.js",
    "jquery.flot.min.js": DEBIAN / "jquery-flot/jquery.flot.pack.js",
    "bootstrap.min.js": DEBIAN / "bootstrap/js/bootstrap.min.js",
    "bootstrap.min.css": DEBIAN / "bootstrap/css/bootstrap.min.css",
    "stupidtable.min.js": DEBIAN / "jquery-stupidtable/stupidtable.min.js",
    "md5.min.js": DEBIAN / "blueimp-md5/md5.min.js",
}
TABLE = tables.load()
NAME = "speed.jacobian.time_call"
SLOWER = "2.12.1"
"""From this release on the made-up benchmark takes twice as long."""


def result(release: Release, lane: str, commit: str, machine: str) -> dict[str, Any]:
    slower = next(other for other in TABLE.releases if other.version == SLOWER)
    seconds = 2e-3 if release >= slower else 1e-3
    columns = ["result", "params", "version", "started_at", "duration"]
    columns += ["stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75", "stats_number", "stats_repeat"]
    row = [[seconds, float("nan")], [["1", "2"]], "1", 1, 1.0, *[[seconds, None]] * 4, [10, None], [10, None]]
    environment = "tfdrift" if lane == lanes_of(release)[0] else f"tfdrift-py{lane}"
    params = {
        "machine": machine,
        "python": lane,
        "cpu": "8086",
        "arch": "x86",
        "num_cpu": "1",
        "os": "DOS",
        "ram": "640",
    }
    return {
        "commit_hash": commit,
        "env_name": environment,
        "date": 1,
        "params": params,
        "python": lane,
        "requirements": {},
        "env_vars": {},
        "result_columns": columns,
        "results": {NAME: row},
        "durations": {},
        "version": 2,
    }


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a page with all releases on two lanes and two machines, and a candidate."""
    build = tmp_path_factory.mktemp("build")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matrix.locking.BUILD", build)
        patch.setattr(timeline, "TIMELINE", build / "timeline")
        hashes, _ = timeline.ensure(folder=build / "timeline")
        settings = history._write_settings(build / "asv", build / "asv" / "results")
    results = build / "asv" / "results"
    for machine in ("here", "there"):
        (results / machine).mkdir(parents=True)
        about = {
            "machine": machine,
            "cpu": "8086",
            "arch": "x86",
            "num_cpu": "1",
            "os": "DOS",
            "ram": "640",
            "version": 1,
        }
        (results / machine / "machine.json").write_text(json.dumps(about))
        for release in TABLE.releases:
            for lane in {"3.10", "3.7"} & set(lanes_of(release)):
                data = result(release, lane, hashes[release.version], machine)
                path = results / machine / f"{data['commit_hash'][:8]}-{data['env_name']}.json"
                path.write_bytes(asv_results.dump(data))
    benchmark = {"name": NAME, "version": "1", "params": [["1", "2"]], "param_names": ["n"], "type": "time"}
    benchmark |= {"unit": "seconds", "code": "A claim.", "timeout": 60.0}
    (results / "benchmarks.json").write_text(json.dumps({NAME: benchmark, "version": 2}))
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TFDRIFT_BUILD": str(build)}
    command = [sys.executable, "-m", "asv", "publish", "--config", str(settings)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return build / "asv" / "html"


@pytest.fixture(scope="module", autouse=True)
def libraries() -> None:
    """What asv's page takes from the web is there."""
    if not all(path.exists() for path in LIBRARIES.values()):
        if os.geteuid() == 0 and shutil.which("apt-get"):
            subprocess.run(["apt-get", "install", "-y", "-qq", *PACKAGES.split()], capture_output=True, check=False)
        assert all(path.exists() for path in LIBRARIES.values()), f"as root: apt-get install -y {PACKAGES}"


def opened(browser: Any, folder: Path, place: str) -> tuple[Any, list[str]]:
    """The page at a place, and the errors of its scripts."""

    def answer(route: Any) -> None:
        url = urlparse(route.request.url)
        path = folder / unquote(url.path).lstrip("/")
        name = path.name
        if url.netloc != "history.test":
            path = LIBRARIES.get(name, path)
            body = path.read_bytes() if name in LIBRARIES else b""
            route.fulfill(body=body, headers={"Access-Control-Allow-Origin": "*"}, content_type=kind(name))
        elif not path.is_file():
            route.fulfill(status=404)
        elif name == "index.html":  # its scripts have the digests of other builds than Debian's
            text = re.sub(r' integrity="[^"]*"', "", path.read_text(encoding="utf-8"))
            route.fulfill(body=text, content_type="text/html")
        else:
            route.fulfill(path=path)

    errors: list[str] = []
    tab = chromium.patient(browser.new_context(viewport={"width": 1400, "height": 900})).new_page()
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.route("**/*", answer)
    tab.goto(f"http://history.test/index.html#{place}")
    return tab, errors


def kind(name: str) -> str:
    return "text/css" if name.endswith(".css") else "text/javascript"


DRAWN = "() => ($('#main-graph').data('plot') || {getData: () => []}).getData().map(one => [one.label, one.data])"
COMPLETE = "(count) => window.$ && $.active === 0 && ($('#main-graph').data('plot')?.getData().length ?? 0) >= count"
"""Each series is fetched by itself and drawn as it comes: all are there, and nothing more is on its way."""


def drawn(browser: Any, folder: Path, place: str, count: int) -> tuple[dict[str, list[list[Any]]], list[str]]:
    """``{series: points}`` that the graph of a benchmark has drawn, ``count`` or more of them, and the names above it."""
    tab, errors = opened(browser, folder, place)
    tab.wait_for_function(COMPLETE, arg=count)
    series = dict(tab.evaluate(DRAWN))
    names = [name for name in tab.locator("#main-graph div").all_inner_texts() if name.startswith("v2.")]
    tab.context.close()
    assert not errors
    return series, names


def test_a_graph_draws_one_point_for_every_release_and_one_series_for_every_lane(browser: Any, page: Path) -> None:
    series, names = drawn(browser, page, f"{NAME}?machine=here&p-n=1", 2)
    points = {label: [point for point in data if point[1] is not None] for label, data in series.items()}
    on = {lane: [release for release in TABLE.releases if lane in release.pythons] for lane in ("3.7", "3.10")}
    assert sorted(points) == ["n-1; python-3.10", "n-1; python-3.7"]  # and nothing else: not the path of a virtualenv
    for lane, releases in on.items():
        revisions = [revision for revision, _ in points[f"n-1; python-{lane}"]]
        assert len(revisions) == len(set(revisions)) == len(releases)
        assert revisions == sorted(revisions)
    everything = {revision for data in points.values() for revision, _ in data}
    assert len(everything) == len(TABLE.releases) == 22
    assert set(names) >= {f"v{release.version}" for release in TABLE.releases}


def test_machines_lie_beside_each_other(browser: Any, page: Path) -> None:
    series, _ = drawn(browser, page, f"{NAME}?machine=here&machine=there&p-n=1", 4)
    machines = {label for label in series if "machine" in label}
    assert len(machines) == 4
    assert any("there" in label for label in machines)


def test_the_regressions_page_names_the_release(browser: Any, page: Path) -> None:
    from playwright.sync_api import expect

    tab, errors = opened(browser, page, "regressions")
    row = tab.locator("#regressions-display table tbody tr").filter(has_text=NAME).filter(has_text="2.00")
    expect(row.first).to_be_visible()  # 2.00 times as long
    tab.context.close()
    assert not errors
