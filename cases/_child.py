"""What a child does with a request: build, call, judge; one message before each point and one record after it."""

import importlib.util
import re
import sys
import time
import traceback

from cases import _compat
from cases._compare import compare
from cases._record import make_record


def answer(request, emit):
    """Answer every point of ``request``; ``emit`` takes ``begin=number`` and ``record=record``."""
    leg, case, points = request["leg"], request["case"], request["points"]
    try:
        module = load(case, request["path"])
    except Exception as error:
        # No point can be asked: each of them says so.
        for number, params in enumerate(points):
            emit(begin=number)
            emit(record=_raised(leg, case, params, error, "the case cannot be imported: "))
        return
    for number, params in enumerate(points):
        emit(begin=number)
        forget_peak_memory()
        started = time.perf_counter()
        record = _judge(leg, case, module, params)
        record["elapsed_s"] = round(time.perf_counter() - started, 4)
        record["peak_memory_bytes"] = peak_memory_bytes()
        emit(record=record)


def load(case, path):
    """The case's module, from its file: a case need not lie in this package."""
    spec = importlib.util.spec_from_file_location("cases." + case, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _judge(leg, case, module, params):
    since = getattr(module, "SINCE", None)
    if since is not None and _compat.version() < _compat.parse(since):
        return make_record(leg, case, params, "unsupported", message="the API is in TensorFlow since " + since)
    try:
        observed = module.build(**params)()
    except _compat.Unsupported as missing:
        return make_record(leg, case, params, "unsupported", error_type="Unsupported", message=str(missing))
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return _raised(leg, case, params, error)
    try:
        return compared(leg, case, module, params, observed)
    except Exception as error:
        return _raised(leg, case, params, error, "the answer cannot be judged: ")


def compared(leg, case, module, params, observed):
    """The record of an answer: match, or mismatch with the explanation that fits."""
    expected = module.oracle(**params)
    rtol, atol = getattr(module, "RTOL", None), getattr(module, "ATOL", 0.0)
    agrees, max_abs_err, max_rel_err, outputs = compare(observed, expected, rtol, atol, getattr(module, "KEEP", ()))
    explanation = None
    if not agrees and hasattr(module, "explanations"):
        for name, wrong in module.explanations(**params).items():
            # What an explanation does not name, it leaves as the oracle has it.
            if compare(observed, dict(expected, **wrong), rtol, atol)[0]:
                explanation = name
                break
    return make_record(
        leg,
        case,
        params,
        "match" if agrees else "mismatch",
        explanation=explanation,
        max_abs_err=max_abs_err,
        max_rel_err=max_rel_err,
        outputs=outputs,
        message=None if agrees else _difference(outputs),
    )


def _difference(outputs):
    """One sentence on the first output that disagrees."""
    for name, output in outputs.items():
        if output["agrees"]:
            continue
        observed, expected = output["observed"], output["expected"]
        if observed is None or expected is None:
            return "{}: {}".format(name, "not given" if observed is None else "not expected")
        if observed["shape"] != expected["shape"]:
            return "{}: shape {} where {} is right".format(name, _kind(observed), _kind(expected))
        if output["max_abs_err"] is None or (observed["shape"] == [] and expected["shape"] == []):
            return "{}: {} where {} is right".format(name, _text(observed), _text(expected))
        if output["max_rel_err"] is None:
            return "{}: differs by up to {:.3g} where 0 is right".format(name, output["max_abs_err"])
        return "{}: differs by up to {:.3g} of the largest value".format(name, output["max_rel_err"])
    return None


def _kind(summary):
    return "none" if summary["shape"] is None else str(tuple(summary["shape"]))


def _text(summary):
    values = summary["values"]
    if summary["dtype"] in ("none", "str"):
        return str(values)
    return "{} {}".format(summary["dtype"], values[0] if summary["shape"] == [] else values)


def _raised(leg, case, params, error, prefix=""):
    kind, message = _own_words(type(error).__name__, str(error))
    message = message or traceback.format_exc().strip().splitlines()[-1]
    return make_record(leg, case, params, "raised", error_type=kind, message=prefix + message)


_TRACEBACKS = ("in user code:", "in converted code:", "Exception encountered", "Graph execution error:")
_PLACE = re.compile(r"File \"|\* |.+\.py:\d+ |Detected at node |Node: |\[\[")
_KIND = re.compile(r"(\w*(?:Error|Exception|Iteration|Interrupt)): (.*)")


def _own_words(kind, message):
    """An exception's type and words, without the traceback, with paths of this machine, that AutoGraph and Keras add.

    AutoGraph raises what it cannot build again as ``StagingError``; the last line then has the true type.
    """
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    if lines and lines[0].startswith(_TRACEBACKS):
        words = [line for line in lines[1:] if not _PLACE.match(line)]
        named = [line for line in words if _KIND.match(line)]
        lines = named[-1:] or words[-1:]
    found = _KIND.match(lines[-1]) if lines else None
    if found and kind in ("StagingError", found.group(1)):
        return found.group(1), found.group(2)
    return kind, "\n".join(lines)


def forget_peak_memory():
    """Linux: start the high-water mark anew, so that each point has its own."""
    try:
        with open("/proc/self/clear_refs", "w") as stream:
            stream.write("5")
    except OSError:
        pass


def peak_memory_bytes():
    """The most resident memory that this process has held: of the point on Linux, of the child elsewhere."""
    try:
        with open("/proc/self/status") as stream:
            for line in stream:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
