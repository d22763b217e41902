"""Finds the browser in which the page is tested, and installs Debian's where it is missing and root may."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run"),
]


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
