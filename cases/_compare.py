"""How an answer is judged: output by output, against the oracle, within the case's tolerance.

The measure is normwise, as is usual for the error of computed vectors and matrices (Higham, *Accuracy and Stability of
Numerical Algorithms*, ch. 6): with observed o and expected e,

    max_abs_err = max |o - e|        max_rel_err = max |o - e| / max |e|

and an output agrees when max |o - e| <= ATOL + RTOL * max |e|. RTOL is by default ``DEFAULT_ULPS`` units in the last place
of the *observed* type, so float64 is held to float64's precision. Integers, booleans, strings and ``None`` must be equal,
shapes too; NaN and infinities must stand where the oracle has them.
"""

import numpy as np

from cases._record import KEPT_VALUES

DEFAULT_ULPS = 8
_EPS_OF_OTHERS = {"bfloat16": 2.0**-7, "float8_e4m3fn": 2.0**-3, "float8_e5m2": 2.0**-2}


class OutputError(TypeError):
    """A build or an oracle gave something that is no named output."""


def compare(observed, expected, rtol=None, atol=0.0, keep=()):
    """``(agrees, max_abs_err, max_rel_err, outputs)`` of two dicts of named outputs; see ``cases/_record.py``.

    ``rtol`` and ``atol`` are numbers, or dicts from output to number. Errors are ``None`` where they have no meaning.
    """
    outputs = {}
    for name in list(expected) + [name for name in observed if name not in expected]:
        if name in observed and name in expected:
            output = _compare_one(
                _value(observed[name], name), _value(expected[name], name), _of(rtol, name, None), _of(atol, name, 0.0)
            )
        else:
            output = {"agrees": False, "max_abs_err": None, "max_rel_err": None, "non_finite": 0}
        limit = None if name in keep else KEPT_VALUES
        output["observed"] = summary(_value(observed[name], name), limit) if name in observed else None
        output["expected"] = summary(_value(expected[name], name), limit) if name in expected else None
        outputs[name] = output
    return (
        all(output["agrees"] for output in outputs.values()),
        _largest(outputs, "max_abs_err"),
        _largest(outputs, "max_rel_err"),
        outputs,
    )


def _of(tolerance, name, default):
    return tolerance.get(name, default) if isinstance(tolerance, dict) else tolerance


def _largest(outputs, field):
    values = [output[field] for output in outputs.values() if output[field] is not None]
    return max(values) if values else None


def _value(value, name):
    """None, a string, or a NumPy array; anything else that TensorFlow hands out is converted, or refused by name."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if array.dtype == object or array.dtype.kind in "SUVMm" and array.dtype.name not in _EPS_OF_OTHERS:
        raise OutputError("output {!r} is {}, not numbers, a string or None".format(name, type(value).__name__))
    return array


def _compare_one(observed, expected, rtol, atol):
    result = {"agrees": False, "max_abs_err": None, "max_rel_err": None, "non_finite": 0}
    if isinstance(observed, np.ndarray) and observed.dtype.kind not in "iub":
        result["non_finite"] = int(np.size(observed) - np.isfinite(_wide(observed)).sum())
    if not (isinstance(observed, np.ndarray) and isinstance(expected, np.ndarray)):
        result["agrees"] = type(observed) is type(expected) and observed == expected
        return result
    if observed.shape != expected.shape:
        return result
    o, e = _wide(observed), _wide(expected)
    if not np.array_equal(np.isnan(o), np.isnan(e)):
        return result
    infinite = np.isinf(o) | np.isinf(e)
    if not np.array_equal(o[infinite], e[infinite]):
        return result
    finite = ~(infinite | np.isnan(e))
    error = float(np.abs(o[finite] - e[finite]).max()) if finite.any() else 0.0
    scale = float(np.abs(e[finite]).max()) if finite.any() else 0.0
    if observed.dtype.kind in "iub" and expected.dtype.kind in "iub":
        result["agrees"] = error == 0.0
    else:
        result["agrees"] = bool(error <= (atol or 0.0) + _rtol(rtol, observed.dtype) * scale)
    result["max_abs_err"] = error
    result["max_rel_err"] = error / scale if scale else (0.0 if error == 0.0 else None)
    return result


def _rtol(rtol, dtype):
    if rtol is not None:
        return rtol
    if dtype.kind in "iub":
        return 0.0
    return DEFAULT_ULPS * (_EPS_OF_OTHERS.get(dtype.name) or float(np.finfo(dtype).eps))


def _wide(array):
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def summary(value, limit=KEPT_VALUES):
    """A JSON value that says what an output is and holds its first ``limit`` values (all of them if ``None``)."""
    if value is None:
        return {"dtype": "none", "shape": None, "values": None}
    if isinstance(value, str):
        return {"dtype": "str", "shape": None, "values": value[:2000]}
    flat = value.reshape(-1)[:limit]
    if value.dtype.kind == "c":
        values = [[_number(item.real), _number(item.imag)] for item in flat]
    elif value.dtype.kind == "b":
        values = [bool(item) for item in flat]
    elif value.dtype.kind in "iu":
        values = [int(item) for item in flat]
    else:
        values = [_number(item) for item in flat]
    return {"dtype": value.dtype.name, "shape": list(value.shape), "values": values}


def _number(item):
    number = float(item)
    if np.isfinite(number):
        # Nine digits tell any two float32 apart; more of them would only make the records longer.
        return number if isinstance(item, (float, np.float64)) else float("{:.9g}".format(number))
    return {float("inf"): "inf", float("-inf"): "-inf"}.get(number, "nan")
