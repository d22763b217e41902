"""What a child does that is timed: build and check every point once, then time turns of single calls on command.

A process that has waited for its turn comes back to cold caches: each turn begins with calls that do not count. Then single
calls are timed one by one, so that whoever reads them can take a quantile. Nothing is timed whose answer was not checked.

Beside what every request has (``_worker``), this one names two FIFOs, ``commands`` and ``answers``, and ``settings``:
``core`` (the processor to be timed on, or null), ``prepare_on`` (the one to be prepared on) and ``threads`` (of TensorFlow's
pools, or null for its default, which counts the processors that the child may use when it runs its first op). The child says
``{"prepared": number, "outcome", "message", "work", "floor", "first_ns", "peak_memory_bytes"}`` for each point, then answers
every ``{"point", "of": "call" or "floor", "warm_s", "sample_s", "spin"}`` with ``{"calls_ns": [...], "process_ns": [...]}``
(by the clock on the wall and of the process) until it is told ``{"stop": true}``. ``spin`` adds a fixed amount of work to
every call: the injected slowdown of a power study.
"""

import gc
import json
import os
import time

import tensorflow as tf

from cases import _child, _compat
from cases._compare import compare

LONG_CALL_S = 0.2
"""A call that takes longer has no use for warming up before it."""
LEAST_CALLS, MOST_CALLS = 3, 2000


def answer(request, emit):
    """Serve one request; ``emit`` is not used, what is timed goes through the FIFOs."""
    settings = request["settings"]
    if settings["core"] is not None:
        os.sched_setaffinity(0, [settings["prepare_on"]])
    if settings["threads"] is not None:
        tf.config.threading.set_inter_op_parallelism_threads(settings["threads"])
        tf.config.threading.set_intra_op_parallelism_threads(settings["threads"])
    with open(request["answers"], "w", buffering=1) as answers, open(request["commands"]) as commands:

        def say(**message):
            answers.write(json.dumps(message) + "\n")
            answers.flush()

        calls = []
        module = _child.load(request["case"], request["path"])
        for number, params in enumerate(request["points"]):
            status, of = _prepare(request, module, params)
            calls.append(of)
            say(prepared=number, **status)
        if settings["core"] is not None:
            for thread in os.listdir("/proc/self/task"):
                os.sched_setaffinity(int(thread), [settings["core"]])
        # What is alive now stays: the collector shall neither walk it nor run in the middle of a call.
        gc.collect()
        gc.freeze()
        gc.disable()
        for line in commands:
            command = json.loads(line)
            if "stop" in command:
                break
            measured = _turn(calls[command["point"]][command["of"]], command)
            # Before the answer, which lets the next leg begin: on the same processor the collector would disturb it.
            gc.collect()
            say(**measured)


def _prepare(request, module, params):
    """What is known of a point before it is timed, and its calls; none where the answer is not the oracle's."""
    status = {"outcome": "unsupported", "message": None, "work": None, "floor": False}
    status.update(first_ns=None, peak_memory_bytes=None)
    since = getattr(module, "SINCE", None)
    if since is not None and _compat.version() < _compat.parse(since):
        return dict(status, message="the API is in TensorFlow since " + since), {}
    try:
        call = module.build(**params)
        _child.forget_peak_memory()
        held = _resident_bytes()
        started = time.perf_counter_ns()
        observed = call()
        status["first_ns"] = time.perf_counter_ns() - started
        status["peak_memory_bytes"] = _child.peak_memory_bytes() - held
        record = _child.compared(request["leg"], request["case"], module, params, observed)
        status["outcome"], status["message"] = record["outcome"], record["message"]
        if record["outcome"] != "match":
            return status, {}
        status["work"] = module.work(**params) if hasattr(module, "work") else 1
        calls = {"call": call}
        if hasattr(module, "floor"):
            calls["floor"] = floor = module.floor(**params)
            rtol, atol = getattr(module, "RTOL", None), getattr(module, "ATOL", 0.0)
            status["floor"] = compare(floor(), module.oracle(**params), rtol, atol)[0]
            if not status["floor"]:
                raise ArithmeticError("the floor in NumPy does not agree with the oracle")
    except _compat.Unsupported as missing:
        return dict(status, outcome="unsupported", message=str(missing)), {}
    except Exception as error:
        return dict(status, outcome="raised", message="{}: {}".format(type(error).__name__, error)[:500]), {}
    return status, calls


def _turn(call, command):
    clock, cpu, spin = time.perf_counter_ns, time.process_time_ns, range(command["spin"])
    end = clock() + int(command["warm_s"] * 1e9)
    took = 0
    while took < LONG_CALL_S * 1e9:
        started = clock()
        call()
        for _ in spin:
            pass
        now = clock()
        took = now - started
        if now >= end:
            break
    calls, process = [], []
    end = clock() + int(command["sample_s"] * 1e9)
    while len(calls) < MOST_CALLS:
        busy, started = cpu(), clock()
        call()
        for _ in spin:
            pass
        now = clock()
        process.append(cpu() - busy)
        calls.append(now - started)
        if now >= end and len(calls) >= LEAST_CALLS:
            break
    return {"calls_ns": calls, "process_ns": process}


def _resident_bytes():
    try:
        with open("/proc/self/statm") as stream:
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
