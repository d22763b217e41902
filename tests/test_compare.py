"""Answers are judged output by output: what agrees, how far apart the rest is, and what an explanation is worth."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases._compare import DEFAULT_ULPS, OutputError, _rtol, compare, summary

EPS32 = float(np.finfo(np.float32).eps)


def agrees(observed: Any, expected: Any, **how: Any) -> bool:
    return bool(compare({"x": observed}, {"x": expected}, **how)[0])


@pytest.mark.parametrize(
    ("observed", "expected", "right"),
    [
        (None, None, True),
        (None, 0.0, False),
        (0.0, None, False),
        ("ValueError", "ValueError", True),
        ("ValueError", "TypeError", False),
        (3, 3, True),
        (3, 4, False),
        (True, True, True),
        (True, False, False),
        (np.float32(1), 1.0, True),
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([1.0, 2.0]), np.array([1.0, np.nan]), False),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), False),
        (np.array([np.inf]), np.array([np.inf]), True),
        (np.array([-np.inf]), np.array([np.inf]), False),
        (np.array([1e300]), np.array([np.inf]), False),
        (np.zeros(3), np.zeros((3, 1)), False),
        (np.zeros((0, 3)), np.zeros((0, 3)), True),
        (np.array([1 + 2j]), np.array([1 + 2j]), True),
        (np.array([1 + 2j]), np.array([1 - 2j]), False),
        (b"text", "text", True),
    ],
)
def test_what_agrees(observed: Any, expected: Any, right: bool) -> None:
    assert agrees(observed, expected) is right


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_default_tolerance_is_a_few_ulp_of_the_observed_type(dtype: Any) -> None:
    eps = float(np.finfo(dtype).eps)
    one = np.array([1.0, 0.5])
    assert agrees((one + (DEFAULT_ULPS - 1) * eps).astype(dtype), one)
    assert not agrees((one + (DEFAULT_ULPS + 2) * eps).astype(dtype), one)


def test_integers_have_no_tolerance_and_may_be_compared_with_floats() -> None:
    assert not agrees(np.int64(10**6 + 1), np.int64(10**6), rtol=0.1)
    assert agrees(np.int64(3), 3.0)


def test_tolerances_can_be_given_by_output() -> None:
    observed, expected = {"a": 1.1, "b": 1.1}, {"a": 1.0, "b": 1.0}
    ok, _, _, outputs = compare(observed, expected, rtol={"a": 0.2})
    assert (ok, outputs["a"]["agrees"], outputs["b"]["agrees"]) == (False, True, False)
    assert compare(observed, expected, rtol=0.0, atol={"a": 0.2, "b": 0.2})[0]


def test_a_zero_oracle_needs_an_absolute_tolerance() -> None:
    assert not agrees(1e-12, 0.0)
    assert agrees(1e-12, 0.0, atol=1e-11)
    assert compare({"x": 1e-12}, {"x": 0.0})[2] is None


def test_errors_are_relative_to_the_largest_value() -> None:
    _, absolute, relative, _ = compare({"x": np.array([4.0, 0.5])}, {"x": np.array([4.0, 1.0])})
    assert (absolute, relative) == (0.5, 0.125)


def test_names_must_be_the_same_on_both_sides() -> None:
    assert not compare({"a": 1.0, "b": 1.0}, {"a": 1.0})[0]
    assert not compare({"a": 1.0}, {"a": 1.0, "b": 1.0})[0]


def test_what_is_no_output_is_refused_by_name() -> None:
    with pytest.raises(OutputError, match="output 'x' is list"):
        compare({"x": [object()]}, {"x": 1.0})


def test_kept_values_are_cut_unless_the_case_keeps_them() -> None:
    many = {"x": np.arange(1000.0)}
    assert len(compare(many, many)[3]["x"]["observed"]["values"]) < 100
    assert len(compare(many, many, keep=("x",))[3]["x"]["observed"]["values"]) == 1000


def test_numbers_that_json_lacks_are_words() -> None:
    values = {"x": np.array([np.nan, np.inf, -np.inf])}
    assert compare(values, values)[3]["x"]["observed"]["values"] == ["nan", "inf", "-inf"]


@given(st.floats(-1e6, 1e6), st.floats(1e-4, 1e-1))
def test_a_relative_change_beyond_the_tolerance_is_seen(value: float, change: float) -> None:
    expected = np.array([value, 1.0])
    observed = expected * (1 + change)
    assert agrees(observed, expected, rtol=change * 1.01)
    assert not agrees(observed, expected, rtol=change * 0.99)


def test_the_default_tolerance_is_8_ulp_at_any_scale() -> None:
    eps = float(np.finfo(np.float64).eps)
    for scale in (1.0, 2.0**-20, 2.0**20):
        assert agrees(scale * (1 + 8 * eps), scale)
        assert not agrees(scale * (1 + 9 * eps), scale)


@pytest.mark.parametrize(("name", "eps"), [("bfloat16", 1 / 128), ("float8_e4m3fn", 1 / 8), ("float8_e5m2", 1 / 4)])
def test_types_that_numpy_does_not_have_are_held_to_their_own_precision(name: str, eps: float) -> None:
    assert _rtol(None, SimpleNamespace(kind="V", name=name)) == 8 * eps


def test_an_integer_has_no_tolerance_beside_a_float_oracle_and_a_float_keeps_its_own() -> None:
    assert not agrees(np.int64(3), 3.5)
    assert agrees(np.float64(3) + np.spacing(3.0), 3)


def test_an_output_without_a_tolerance_of_its_own_has_none() -> None:
    expected = {"a": 1.0, "b": 1.0}
    assert compare({"a": 1.1, "b": 1.0}, expected, rtol=0.0, atol={"a": 0.2})[0]
    assert not compare({"a": 1.1, "b": 1.1}, expected, rtol=0.0, atol={"a": 0.2})[0]


def test_an_output_that_is_missing_has_no_errors_and_says_what_was_expected() -> None:
    assert compare({"a": 1.0}, {"a": 1.0, "b": 2.0})[3]["b"] == {
        **{"agrees": False, "max_abs_err": None, "max_rel_err": None, "non_finite": 0, "observed": None},
        "expected": {"dtype": "float64", "shape": [], "values": [2.0]},
    }


@pytest.mark.parametrize(("value", "count"), [([1.0, np.nan, np.inf, -np.inf], 3), ([1.0], 0), ([1], 0), (None, 0)])
def test_values_that_are_not_finite_are_counted(value: Any, count: int) -> None:
    value = value and np.array(value)
    assert compare({"x": value}, {"x": value})[3]["x"]["non_finite"] == count


@pytest.mark.parametrize("value", [[np.inf], [np.nan], [0.0], []])
def test_what_agrees_without_a_scale_has_no_error(value: list[float]) -> None:
    assert compare({"x": np.array(value)}, {"x": np.array(value)})[:3] == (True, 0.0, 0.0)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, {"dtype": "none", "shape": None, "values": None}),
        ("x" * 3000, {"dtype": "str", "shape": None, "values": "x" * 2000}),
        (np.array([[1 + 2j]]), {"dtype": "complex128", "shape": [1, 1], "values": [[1.0, 2.0]]}),
        (np.array([True]), {"dtype": "bool", "shape": [1], "values": [True]}),
        (np.array([1 / 3]), {"dtype": "float64", "shape": [1], "values": [1 / 3]}),
        (np.array([1 / 3], np.float32), {"dtype": "float32", "shape": [1], "values": [0.333333343]}),
        (np.array([7], np.uint8), {"dtype": "uint8", "shape": [1], "values": [7]}),
    ],
)
def test_what_is_kept_of_a_value(value: Any, kept: dict[str, Any]) -> None:
    found = summary(value)
    assert found == kept
    assert repr(found) == repr(kept), "True is not 1, which is not 1.0"


@pytest.mark.parametrize(
    "value", [np.array(["a"]), np.array([b"a"]), np.datetime64("2020-01-01"), np.timedelta64(1, "s")]
)
def test_arrays_of_what_is_no_number_are_refused(value: Any) -> None:
    with pytest.raises(OutputError):
        compare({"x": value}, {"x": value})
