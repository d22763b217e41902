"""`CASE[POINT]` as people type it names one point or says what there is; a leg's answer is what a bisect compares."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases import _catalog
from cases._record import make_record
from matrix.one_point import Answer, OnePoint, Unsteady, _answer, ask, parse
from matrix.paths import UsageError
from matrix.supervisor import Supervisor

BROKEN = _catalog.catalog(str(Path(__file__).parent / "broken_cases"))


def test_every_point_of_every_case_is_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = _catalog.catalog()
    monkeypatch.setattr(_catalog, "catalog", lambda: catalog)
    for info in catalog.values():
        for params in _catalog.points(info):
            assert parse(str(OnePoint(info, params))) == OnePoint(info, params)


def test_what_does_not_matter_may_be_left_out() -> None:
    point = parse(" losses.two_tapes[ mode=eager ] ")
    assert point.params == {"mode": "eager"}
    info = _catalog.catalog()["losses.decorated_training"]
    assert parse("losses.decorated_training[loop=class_weight]") == OnePoint(
        info, {"loss": "plain", "loop": "class_weight"}
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("losses.two_tapes", r"names 3 points; name one of: losses.two_tapes\[mode=eager\]; "),
        ("losses.decorated_gradient[loss=plain]", "names 8 points"),
        ("losses.decorated_gradient", "and 4 more"),
        ("losses.two_tape[mode=eager]", "did you mean losses.two_tapes"),
        ("losses.two_tapes[mod=eager]", r"has no parameter 'mod'. It has mode=eager\|graph\|nested_graph"),
        ("losses.two_tapes[mode=jit]", r"mode is never 'jit'. It has mode=eager\|graph\|nested_graph"),
        ("losses.decorated_training[loss=decorated,loop=class_weight]", "names no point, since EXCLUDE leaves it out"),
        ("losses.*", "names no point. Write the case and its point, quoted"),
        ("losses.two_tapes[mode=eager", "names no point. Write the case and its point, quoted"),
        ("", "names no point. Write the case and its point, quoted"),
    ],
)
def test_what_names_no_point_says_what_there_is(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse(text)


@pytest.fixture
def supervisor(tmp_path: Path, standin: dict[str, str]) -> Iterator[Supervisor]:
    with Supervisor("leg", Path(sys.executable), tmp_path / "scratch", env=standin) as made:
        yield made


def test_a_leg_is_asked_the_point_alone(supervisor: Supervisor) -> None:
    assert str(ask(supervisor, OnePoint(BROKEN["broken.right"], {"n": 2}))) == "right"
    wrong = ask(supervisor, OnePoint(BROKEN["broken.wrong"], {"what": "explained"}))
    assert (wrong.outcome, wrong.explanation) == ("mismatch", "twice")
    raised = ask(supervisor, OnePoint(BROKEN["broken.middle"], {"how": "raise", "n": 2}))
    assert str(raised).startswith("raised (ValueError): ")


def test_an_answer_that_changes_from_try_to_try_is_none(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = iter(("match", "mismatch"))
    monkeypatch.setattr(
        supervisor, "ask", lambda info, points: [make_record("leg", info.id, points[0], next(outcomes))]
    )
    with pytest.raises(Unsteady, match="right and then wrong"):
        ask(supervisor, OnePoint(BROKEN["broken.right"], {"n": 2}))


def test_counts_are_part_of_an_answer_and_messages_are_not() -> None:
    info = _catalog.catalog()["retracing.python_scalars"]

    def answer(traces: int, message: str) -> Answer:
        observed = {"dtype": "int64", "shape": [], "values": [traces]}
        output = dict.fromkeys(("agrees", "expected", "max_abs_err", "max_rel_err", "non_finite")) | {
            "observed": observed
        }
        return _answer(make_record("leg", info.id, {}, "mismatch", outputs={"traces": output}, message=message), info)

    assert answer(3, "a") == answer(3, "b") != answer(4, "a")
    assert str(answer(3, "a\nb")) == "wrong, traces 3: a"
