"""A stack of one's own: a leg variant whose id says so, locked on the spot, kept apart from the table's own legs."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest

from matrix import environments, options, plan, stacks
from matrix.paths import UsageError
from releases import lock, pythons
from releases.legs import Leg
from reports import ledger as ledgers
from reports.observed import Behaviour

HERE = {lane: pythons.Interpreter(lane, f"{lane}.1", Path("python")) for lane in ("3.7", "3.10", "3.11")}
WORDS = ["--releases", "2.10,2.21", "--lanes", "3.10", "--with", "keras-hub==0.21"]


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build folder of its own, on a machine with three Pythons."""
    monkeypatch.setattr(stacks, "STACKS", tmp_path / "stacks")
    monkeypatch.setattr(pythons, "find", lambda *_: HERE)
    monkeypatch.setattr(environments, "VENVS", tmp_path / "venvs")
    monkeypatch.setattr(plan, "BUILD", tmp_path)
    return tmp_path


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """In uv's place: what it was asked, and an answer."""
    asked: list[list[str]] = []

    def run(command: list[str], *, cwd: str, **_: object) -> subprocess.CompletedProcess[str]:
        wanted = (Path(cwd) / "wanted.txt").read_text().splitlines()
        asked.append([*command, *wanted])
        return subprocess.CompletedProcess(command, 0, "".join(f"{line}\n" for line in wanted), "")

    monkeypatch.setattr(lock.subprocess, "run", run)
    return asked


def legs(*words: str) -> list[Leg]:
    return list(plan.chosen(options.parse(list(words)))[0].legs)


def test_every_chosen_leg_becomes_a_variant_whose_id_says_so() -> None:
    found = legs(*WORDS)
    (name,) = {leg.variant.name for leg in found if leg.variant}
    assert name.startswith("withkerashub")
    assert [leg.id for leg in found] == [f"tf2.10.1-py3.10-{name}", f"tf2.21.0-py3.10-{name}"]
    assert {leg.lock.parent for leg in found} == {stacks.STACKS / name}
    assert plan.LEG_ID.findall(f'"matrix({found[0].id})"') == [found[0].id]


def test_another_version_order_or_day_is_another_stack_or_the_same() -> None:
    def name(*words: str) -> str:
        (leg,) = legs("--releases", "2.21", "--lanes", "3.10", *words)
        assert leg.variant is not None
        return leg.variant.name

    one = name("--with", "keras-hub==0.21", "--with", "tokenizers>=0.20,<1")
    assert one == name("--with", "keras-hub == 0.21", "--with", "tokenizers<1,>=0.20")
    assert one[-6:] == name("--with", "tokenizers>=0.20,<1", "--with", "keras-hub==0.21")[-6:]
    others = [
        name("--with", "keras-hub==0.22", "--with", "tokenizers>=0.20,<1"),
        name("--with", "keras-hub==0.21"),
        name("--with", "keras-hub==0.21", "--with", "tokenizers>=0.20,<1", "--locked-until", "2026-11-01"),
        name("--with", "keras-hub==0.21", "--with", "tokenizers>=0.20,<1", "--variants", "tfkeras"),
    ]
    assert len({one, *others}) == 5


def test_the_lock_is_of_the_releases_own_time_but_for_what_was_named(resolver: list[list[str]]) -> None:
    plan.show(options.parse([*WORDS, "--locked-until", "2026-11-01"]))
    old, new = resolver
    assert "tensorflow-cpu==2.10.1" in " ".join(old)
    for words, until in ((old, "2022-"), (new, "2026-")):
        assert words[words.index("--exclude-newer") + 1].startswith(until)
        assert "keras-hub=2026-11-01T00:00:00Z" in words
        assert "keras-hub==0.21" in words
        assert words[words.index("--python-version") + 1] == "3.10"
    (first, second) = legs(*WORDS, "--locked-until", "2026-11-01")
    assert first.lock.read_text().startswith(
        "# tfdrift's lock of TensorFlow 2.10.1 on Python 3.10, with keras-hub==0.21."
    )
    assert second.lock.exists()
    plan.show(options.parse([*WORDS, "--locked-until", "2026-11-01"]))
    assert len(resolver) == 2


@pytest.mark.usefixtures("resolver")
def test_a_stack_is_remembered_with_its_day_and_taken_only_when_asked_for() -> None:
    plan.show(options.parse(WORDS))
    (note,) = stacks.STACKS.glob("*/stack.json")
    said = json.loads(note.read_bytes())
    said["day"] = "2026-01-02"
    note.write_text(json.dumps(said))
    (leg, _) = legs(*WORDS)
    assert leg.variant is not None
    assert leg.variant.newer["keras-hub"] == date(2026, 1, 2)
    plain = legs("--releases", "2.10,2.21", "--lanes", "3.10")
    assert [one.id for one in plain] == ["tf2.10.1-py3.10", "tf2.21.0-py3.10"]
    every = legs("--releases", "2.21", "--lanes", "3.11", "--variants", "all")
    assert not any(stacks.is_stack(one) for one in every)
    assert len(every) == 3
    named = legs("--releases", "2.21", "--lanes", "3.10", "--variants", leg.variant.name)
    assert named == [one for one in legs(*WORDS) if one.release.version == "2.21.0"]


@pytest.mark.usefixtures("resolver")
def test_a_stack_builds_on_a_keras_variant() -> None:
    (leg,) = legs("--releases", "2.16", "--lanes", "3.10", "--variants", "tfkeras", "--with", "tabulate")
    assert leg.variant is not None
    assert leg.variant.name.startswith("tfkeraswithtabulate")
    assert leg.variant.adds == ("tf-keras~={minor}.0", "tabulate")
    assert leg.env == {"TF_USE_LEGACY_KERAS": "1"}
    assert stacks.base_variant(leg.variant.name) == "tfkeras"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--with", "keras hub"), "no requirement such as"),
        (("--with", "-e ."), "no requirement such as"),
        (("--with", "./mine"), "no requirement such as"),
        (("--with", "mine @ https://example.org/mine.whl"), "name a package of the index"),
        (("--with", "tensorflow==2.3"), "tensorflow is the leg's own. Choose TensorFlow with --releases"),
        (("--with", "Tensorflow_CPU"), "is the leg's own"),
        (("--with", "tf-nightly"), "is the leg's own"),
        (("--with", "asv_runner"), "is the leg's own"),
        (("--with", "tabulate", "--variants", "pytorch"), "no variant pytorch to build on"),
        (("--locked-until", "2026-11-01"), "--locked-until is for what --with names"),
        (("--with", "tabulate", "--locked-until", "yesterday"), "is no day such as 2026-11-01"),
    ],
)
def test_what_is_no_stack_is_one_clear_error(words: tuple[str, ...], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        legs(*words)


def test_packages_that_do_not_fit_are_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "keras-hub==0.21 depends on keras>=3.8, unsatisfiable")
    monkeypatch.setattr(lock.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(
        UsageError, match=r"(?s)tf2\.10\.1-py3\.10-with.*: no lock with these packages.*unsatisfiable.*--with too"
    ):
        plan.show(options.parse(WORDS))
    assert not list(stacks.STACKS.glob("*/*.txt"))


@pytest.mark.usefixtures("resolver")
@pytest.mark.parametrize("text", ["", "[]", '{"stack_version": 2}', '{"stack_version": 1, "requirements": ["../x"]}'])
def test_a_stack_that_cannot_be_read_is_one_clear_error(text: str) -> None:
    plan.show(options.parse(WORDS))
    (note,) = stacks.STACKS.glob("*/stack.json")
    note.write_text(text)
    with pytest.raises(UsageError, match=r"stack\.json is no stack that this tfdrift wrote .*Delete its folder"):
        legs()


def test_the_lock_of_a_stack_that_is_missing_names_no_row_of_the_table() -> None:
    with pytest.raises(UsageError, match=r"is missing\. Make it: delete .*, then run the same nox command again"):
        environments.lock_digest(legs(*WORDS)[0])


def test_the_ledger_holds_a_stack_to_the_answers_of_its_base() -> None:
    entry = ledgers.Entry(
        "losses.x",
        (),
        "2.21",
        Behaviour("raised"),
        "",
        "",
        None,
        ("tfkeras",),
        frozenset({""}),
        frozenset({"2.21"}),
        (),
        "",
    )
    assert entry.covers("", "2.21", "3.10", "tfkeras")
    assert entry.covers("", "2.21", "3.10", "tfkeraswithtabulate012345")
    assert not entry.covers("", "2.21", "3.10", "withtabulate012345")
    assert not entry.covers("", "2.21", "3.10", "newkeras")
