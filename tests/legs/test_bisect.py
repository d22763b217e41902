"""`nox -s smoke`: a bisect for real, from an empty store, and scripts that say on two releases what their cases say there."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cases import _catalog
from matrix import environments, one_point, options, plan
from matrix.one_point import OnePoint
from matrix.processes import leg_environment
from matrix.reproduce import scriptable
from matrix.reproducer.script import script
from matrix.supervisor import Supervisor
from releases import pythons
from releases.legs import Leg

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.legs

# The change that is looked for, and where it is known to be; with Python 3.7, else with a newer one.
OLD = ("losses.decorated_gradient[loss=plain,loop=eager,labels=vector]", "2.3", "2.4", "2.4.0", "right", "wrong")
NEW = ("losses.decorated_gradient[loss=plain,loop=fit,labels=vector]", "2.15", "2.16", "2.16.", "raised", "wrong")

RUNNER = """
import json, os, runpy, sys, traceback
import tensorflow as tf
assert tf.keras.layers.Dense is not None
ended = {}
for path in sys.argv[2:]:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            runpy.run_path(path, run_name="__main__")
            status = 0
        except SystemExit as end:
            status = end.code
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)
    ended[path] = os.WEXITSTATUS(os.waitpid(pid, 0)[1])
with open(sys.argv[1], "w") as stream:
    json.dump(ended, stream)
"""
"""Runs scripts as `python SCRIPT` does, each in a process of its own, but imports TensorFlow once."""


def two_legs() -> list[Leg]:
    """An old release and the newest that a Python here can run."""
    legs = plan.chosen(options.parse(["--releases", "2.1,2.15,2.21"]))[0].legs
    if len({leg.release for leg in legs}) < 2:
        pytest.fail("no Python here runs two of 2.1, 2.15 and 2.21")
    return [legs[0], legs[-1]]


def chosen_points() -> list[OnePoint]:
    """The first point of one case of each family, and the last of another."""
    found = []
    for _, group in itertools.groupby(_catalog.catalog().values(), key=lambda info: info.id.partition(".")[0]):
        for info, at in zip([one for one in group if scriptable(one)], (0, -1), strict=False):
            found.append(OnePoint(info, list(_catalog.points(info))[at]))
    return found


@pytest.mark.parametrize("leg", two_legs(), ids=lambda leg: leg.id)
def test_scripts_end_as_their_cases_do(leg: Leg, tmp_path: Path) -> None:
    python = environments.ensure(leg, pythons.find()[leg.lane], print)
    points = {str(tmp_path / f"{number}.py"): point for number, point in enumerate(chosen_points())}
    for path, point in points.items():
        Path(path).write_text(script(point), encoding="utf-8")
    with Supervisor(leg.id, python, tmp_path / "scratch", env=leg.env) as supervisor:
        answers = {path: one_point.ask(supervisor, point) for path, point in points.items()}
    ended = tmp_path / "ended.json"
    env = {name: value for name, value in leg_environment(leg.env).items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-c", RUNNER, ended, *points], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    statuses = json.loads(ended.read_text())
    assert {path: status == 0 for path, status in statuses.items()} == {
        path: answer.outcome == "match" for path, answer in answers.items()
    }, done.stdout
    assert set(statuses.values()) == {0, 1}


def test_a_bisect_finds_the_release_and_its_script_tells_the_two_apart() -> None:
    point, good, bad, first, before, after = OLD if "3.7" in pythons.find() else NEW
    command = [sys.executable, "-m", "nox", "-s", "bisect", "--", point, "--good", good, "--bad", bad]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    end = done.stdout[done.stdout.index(f"{point} changed in TensorFlow {first}") :].splitlines()
    assert f": {before}" in end[1]
    assert f": {after} (logits shortcut)" in end[2]
    assert any("https://github.com/tensorflow/tensorflow/compare/v" in line for line in end)
    commands = [line.split() for line in end if line.strip().endswith(".py") and "/bin/python" in line]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    statuses = [subprocess.run(words, env=env, capture_output=True, check=False).returncode for words in commands]
    assert statuses == [int(before != "right"), 1]
