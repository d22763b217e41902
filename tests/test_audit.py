"""`nox -s audit` says what is known of the driver's packages, and never calls unexamined what it could not look up clean."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from matrix import audit, driver
from matrix.paths import UsageError
from releases.lock import OWN, own_path

STANDIN = """\
import json, os, sys
words = sys.argv[1:]
assert words[words.index("--requirement") + 1] == os.environ["LOCK"]
assert {"--require-hashes", "--disable-pip"} <= set(words)
print(os.environ["SAID"], file=sys.stderr)
if os.environ["ANSWER"]:
    with open(words[words.index("--output") + 1], "w") as stream:
        stream.write(os.environ["ANSWER"])
sys.exit(int(os.environ["STATUS"]))
"""
"""In pip-audit's place."""
CLEAN = {"name": "numpy", "version": "2.0.0", "vulns": []}
VULNERABLE = {
    **{"name": "jinja2", "version": "3.1.0"},
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-\x1b[2J1"], "fix_versions": ["3.1.4"], "description": "…"}],
}
SKIPPED = {"name": "ours", "skip_reason": "Dependency not found"}


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "pip_audit.py").write_text(STANDIN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(driver, "ensure", lambda name: Path(sys.executable) if name == "audit" else pytest.fail(name))

    def run(*dependencies: dict[str, Any], status: int = 0, said: str = "", answer: str | None = None) -> int:
        lock = tmp_path / "driver.txt"
        text = json.dumps({"dependencies": dependencies, "fixes": []}) if answer is None else answer
        for name, value in (("LOCK", str(lock)), ("ANSWER", text), ("STATUS", str(status)), ("SAID", said)):
            monkeypatch.setenv(name, value)
        return audit.audit([lock])

    return run


def test_nothing_known_is_status_0(ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(CLEAN, SKIPPED) == 0
    assert capsys.readouterr().out == "driver.txt: 1 packages, 0 known vulnerabilities; not in the list: ours\n"


def test_what_is_known_is_named_with_its_remedy(ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(CLEAN, VULNERABLE, status=1) == 1
    out = capsys.readouterr().out
    assert "driver.txt: 2 packages, 1 known vulnerabilities\n" in out
    assert r"  jinja2 3.1.0: PYSEC-1, CVE-\x1b[2J1; mended in 3.1.4" in out
    assert "nox -s lock -- driver" in out


@pytest.mark.parametrize(
    "said",
    [
        "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed",
        "requests.exceptions.SSLError: certificate verify failed",
        "ERROR: Max retries exceeded with url: /pypi/numpy/json",
    ],
)
def test_a_list_that_is_not_reached_is_no_failure_and_no_clean_bill(
    said: str, ask: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(status=1, said=said, answer="") == 0
    out = capsys.readouterr().out
    assert "not audited, the list of vulnerabilities was not reached" in out
    assert "nox -s audit" in out
    assert "0 known" not in out


def test_who_knows_no_package_has_examined_none(ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(SKIPPED, SKIPPED) == 0
    assert "not audited" in capsys.readouterr().out


def test_a_pip_audit_that_fails_is_one_error_with_the_next_command(ask: Any) -> None:
    with pytest.raises(UsageError, match=r"cannot examine .*driver.txt: ModuleNotFoundError: x\. .*rm -r"):
        ask(status=1, said="Traceback\nModuleNotFoundError: x", answer="")


def test_every_virtualenv_of_tfdrifts_own_is_audited_with_hashes() -> None:
    assert {"driver", "audit"} <= set(OWN)
    for name in OWN:
        lines = own_path(name).read_text(encoding="utf-8").splitlines()
        pins = [at for at, line in enumerate(lines) if "==" in line and not line.startswith(("#", " "))]
        assert len(pins) > 3
        assert all(lines[at + 1].strip().startswith("--hash=sha256:") for at in pins)
