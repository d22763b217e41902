"""Finds the browser in which pages are tested, and installs Debian's where it is missing and root may; starts it.

What a page shows comes by events, and on a busy machine they come late. So whatever an event changes is waited for, with
`expect` or `wait_for_function`, up to a limit that only a page which never gets there reaches.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run"),
]
LIMIT_MS = 120_000


@contextmanager
def browser() -> Iterator[Any]:
    """A browser that waits as long as a busy machine needs."""
    from playwright.sync_api import expect, sync_playwright

    path = find()
    expect.set_options(timeout=LIMIT_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=OPTIONS, timeout=LIMIT_MS)
        yield opened
        opened.close()


def patient(context: Any) -> Any:
    """The same context, which waits as long for its pages."""
    context.set_default_timeout(LIMIT_MS)
    context.set_default_navigation_timeout(LIMIT_MS)
    return context


def find() -> str:
    """The browser's path; a RuntimeError says in one sentence how to get one. It is never passed over in silence."""
    named = os.environ.get("TFDRIFT_CHROMIUM")
    if named:
        return named
    found = _found()
    said = "nobody tried"
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            said = done.stderr.strip().replace("\n", " ")[-300:]
        found = _found()
    if found is None:
        raise RuntimeError(
            f"there is no chromium to test the page in ({said}): apt-get install -y chromium as root, or name a browser in "
            "TFDRIFT_CHROMIUM"
        )
    return found


def _found() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)
