"""Keeps one issue for one subject: opened or updated while there are findings, closed when they are gone.

    python3 .github/issue.py LABEL TITLE FOLDER

FOLDER holds what a run left: ``status`` (its exit status) and ``summary.md``, or ``candidate.json`` and ``candidate.md`` of a
nightly build. What could not be judged changes no issue: that a run failed is no reason to say that a finding is gone. Needs
GitHub's ``gh`` with GH_TOKEN and GH_REPO, and RUN, the address of the run. Standard library only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

LARGEST = 60_000
"""Characters; GitHub takes 65536 and refuses more."""
FOUND, GONE = "found", "gone"


def verdict(folder: Path) -> tuple[str, str]:
    """``found`` with the text to show, ``gone``, or a sentence on why neither is known."""
    if (folder / "candidate.json").exists():
        return _of_candidate(folder)
    if not (folder / "status").exists():
        return "the run left no status", ""
    status = (folder / "status").read_text().strip()
    if status == "1" and (folder / "summary.md").exists():
        return FOUND, (folder / "summary.md").read_text(encoding="utf-8")
    return (GONE, "") if status == "0" else (f"the run ended with status {status}, and judged nothing", "")


def _of_candidate(folder: Path) -> tuple[str, str]:
    """A nightly says once what it brought; what a former one brought and is still there has not gone."""
    said = json.loads((folder / "candidate.json").read_bytes())
    if said["exit_status"] == 1:
        return FOUND, (folder / "candidate.md").read_text(encoding="utf-8")
    if said["exit_status"] != 0 or said["comparison"] is None or said["state"] == "no new build":
        return f"nothing new was asked: {said['state']}", ""
    told = [*said["comparison"]["changes"], *said["comparison"]["speed"]]
    still = sum(one["kind"] == "known" for one in told)
    return (f"{still} findings of former builds are still there", "") if still else (GONE, "")


def keep(label: str, title: str, folder: Path) -> str:
    """Open, update or close the issue, or leave it; returns what was done."""
    what, text = verdict(folder)
    listed = _gh("issue", "list", "--label", label, "--state", "open", "--limit", "1", "--json", "number")
    numbers = [str(one["number"]) for one in json.loads(listed)]
    if what == GONE:
        for number in numbers:
            _gh("issue", "close", number, "--comment", f"No longer found: {os.environ['RUN']}")
        return f"closed {numbers[0]}" if numbers else "nothing found, and no issue is open"
    if what != FOUND:
        return f"no issue is changed: {what}"
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".md") as body:
        body.write(f"{text[:LARGEST]}\n\nThe whole of it: {os.environ['RUN']}\n")
        body.flush()
        if numbers:
            _gh("issue", "edit", numbers[0], "--body-file", body.name)
            return f"updated {numbers[0]}"
        _gh("label", "create", label, "--force", "--description", "Kept by the nightly run")
        return f"opened {_gh('issue', 'create', '--title', title, '--label', label, '--body-file', body.name).strip()}"


def _gh(*words: str) -> str:
    return subprocess.run(["gh", *words], check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    print(f"{sys.argv[2]}: {keep(sys.argv[1], sys.argv[2], Path(sys.argv[3]))}")
