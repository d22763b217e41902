"""Times come from one machine and the page from another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from matrix.timings import Timings
from reports import __main__ as reports
from reports import timings

LINE = {"kind": "prepared", "case": "speed.gradient", "restart": "r", "legs": {}}


def test_this_machines_times_are_shown_and_without_any_the_last_others(tmp_path: Path) -> None:
    assert Timings.shown(tmp_path).root == Timings.here(tmp_path).root
    for number, name in enumerate(("late", "early", "nothing")):
        (tmp_path / name).mkdir()
        if name != "nothing":
            Timings(tmp_path / name).append(LINE)
            os.utime(tmp_path / name / "speed.gradient.jsonl", (1e9 - number, 1e9 - number))
    assert Timings.shown(tmp_path).root == tmp_path / "late"
    Timings.here(tmp_path).append(LINE)
    assert Timings.shown(tmp_path).root == Timings.here(tmp_path).root


def test_a_machine_that_only_times_has_nothing_to_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [f"--{name}={tmp_path / name}" for name in ("records", "timings", "out")]
    assert reports.main(words) == 2
    assert "holds no answer to these cases. Ask first: nox -s matrix" in capsys.readouterr().err
    monkeypatch.setattr(timings, "write", lambda *_: ["3 of 4 are slower"])
    assert reports.main(words) == 0
    said = capsys.readouterr().out
    assert "3 of 4 are slower" in said
    assert "No answers are stored, so there is no page yet: nox -s matrix" in said
    assert reports.main([*words, "--cases", "tape.reset"]) == 2
