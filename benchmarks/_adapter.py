"""How a case becomes benchmarks: a class for each, named as the case is, with

    time_call               one call, at the points that ``TIMED`` names
    track_<unit>_per_s      units of work per second, where a call is more than one of them (the case has ``work``)
    peakmem_call            the most memory that the process holds in a call, where that is the question: derivatives that
                            are matrices, or avoid them
    track_<output>          each output that ``TRACK`` names, at every point of the case, but TensorFlow's own count of the
                            same (``reported_…``): the matrix compares the two, and a history would be the same line twice

The set-up builds and calls once, outside the clock. What the release lacks is skipped (n/a); an answer that is not the
oracle's raises, so that a fast wrong answer is never plotted. A tracked count is what it is: only the other outputs of its
case have to be right.
"""

import gc
import os
import sys
import tempfile
import types
from timeit import default_timer

from benchmarks import _answers, _shared
from cases import _catalog
from cases._record import point_text

WARM_S, CALLS_S = 0.05, 0.08
"""For so long calls do not count, and for so long they are timed one by one: both are asv's warm-up."""
FEWEST_CALLS = 3
SAMPLE_S = 0.02
"""What one sample of ``time_call`` shall take: so many calls are timed and averaged."""
LARGE = ("jacobian", "hessian")
"""Cases with one of these words in their name have ``peakmem_call``."""
REPORTED = "reported_"
"""What begins so is TensorFlow's own count of what another output counts."""
_CASES = _catalog.catalog(os.environ.get("TFDRIFT_CASES", _catalog.ROOT))


class NoValue(Exception):
    """There is nothing to plot: the answer is wrong, or there is none."""


class _Benchmark:
    """A function of a case's class. The object that asv makes for a benchmark is told which one it is."""

    def __init__(self, name, function, unit, doc):
        function.__name__ = function.__qualname__ = name
        function.unit, function.pretty_source = unit, doc
        self.function = function

    def __get__(self, instance, owner):
        if instance is None:
            return self.function
        instance.benchmark = self.function.__name__
        return types.MethodType(self.function, instance)


class _Case:
    """What the benchmarks of a case share. asv makes one object for each benchmark and process."""

    rounds = 2
    """Processes for each time: two of them tell more than twice the samples of one."""
    repeat = (2, 5, 0.1)
    """At least two samples in each; five, if they take no longer than so many seconds."""
    warmup_time = 0
    min_run_count = 1
    beyond_s = 30
    """What asv waits beyond the case's time limit: where it does not fork, TensorFlow is imported first."""
    ready = False

    def setup(self, *values):
        """Prepare one point; asv asks for it again before every single call."""
        if self.ready:
            return
        params = dict(zip(self.info.params, values))
        if params not in self.points:
            raise NotImplementedError("not a point of this case")
        # asv's folder for this process, which it removes: AutoGraph leaves files that nobody else does.
        os.environ["TMPDIR"], tempfile.tempdir = os.getcwd(), None
        try:
            self._prepare(params)
        except NotImplementedError:
            raise
        except NoValue as refusal:
            sys.tracebacklimit = 0  # it says all there is to know
            _shared.failed(self.info.id, params, str(refusal))
            raise NoValue("{}[{}]: {}".format(self.info.id, point_text(params), refusal)) from None
        except BaseException as error:
            _shared.failed(self.info.id, params, "{}: {}".format(type(error).__name__, error))
            raise
        self.ready = True

    # The page shows what asv calls the benchmark's code, and that shall be the case's docstring alone.
    setup.pretty_source, setup.__qualname__ = "", "setup"

    def _refuse_wrong(self, outputs, free=()):
        """``outputs`` as ``cases/_compare.py`` has them, of which ``free`` may be other than in the oracle."""
        wrong = [name for name, output in outputs.items() if not output["agrees"] and name not in free]
        if wrong:
            raise NoValue("wrong: " + ", ".join(wrong))


class _Timed(_Case):
    """The benchmarks of a timed case."""

    def _prepare(self, params):
        notes = self.info.id + "-rates"
        if self.benchmark.startswith("track_"):
            rates = [note["rate"] for note in _shared.read(notes) if note["point"] == params]
            if rates:
                self.rate = sum(rates) / len(rates)  # of the processes that have timed it
                return
        self._build(params)
        if self.benchmark == "peakmem_call":
            return
        # By the clock, not by the sum of the calls: the shortest take less than what is around them.
        started, calls = default_timer(), []
        while default_timer() - started < WARM_S:
            self.call()
        started = default_timer()
        while default_timer() - started < CALLS_S or len(calls) < FEWEST_CALLS:
            calls.append(self._seconds())
        # A low quantile: what disturbs a call only ever makes it longer.
        seconds = sorted(calls)[len(calls) // 4]
        # asv, left alone, takes a single call for a sample wherever there is a set-up.
        self.number = max(1, min(10000, int(SAMPLE_S / max(seconds, 1e-7))))
        self.rate = self.work / seconds
        _shared.leave(notes, point=params, rate=self.rate)

    def _build(self, params):
        """Make the call, and call it once; refuse it where the answer is wrong."""
        from cases import _child, _compat
        from cases._compare import compare

        info = self.info
        if info.since is not None and _compat.version() < _compat.parse(info.since):
            raise NotImplementedError("the API is in TensorFlow since " + info.since)
        module = _child.load(info.id, info.path)
        try:
            self.call = module.build(**params)
            observed = self.call()
        except _compat.Unsupported as missing:
            raise NotImplementedError(str(missing))
        self._refuse_wrong(compare(observed, module.oracle(**params), info.rtol, info.atol)[3])
        self.work = module.work(**params) if "work" in info.functions else 1

    def _seconds(self):
        started = default_timer()
        self.call()
        return default_timer() - started


class _Tracked(_Case):
    """The benchmarks of a case's counts: the outputs that may be other than in the oracle."""

    def _prepare(self, params):
        record = _answers.record(self.info, self.points, self.points.index(params))
        if record["outcome"] == "unsupported":
            raise NotImplementedError(record["message"])
        if record["outcome"] not in ("match", "mismatch"):
            raise NoValue("{}: {}".format(record["error_type"], record["message"]))
        self._refuse_wrong(record["outputs"], free=self.info.track)
        self.outputs = record["outputs"]


def _time_call():
    def time_call(self, *values):
        self.call()

    return time_call


def _peakmem_call():
    def peakmem_call(self, *values):
        from cases._child import forget_peak_memory

        gc.collect()
        forget_peak_memory()  # that of the set-up, which compares with the oracle in float64
        self.call()

    return peakmem_call


def _track_rate():
    def track_rate(self, *values):
        return self.rate

    return track_rate


def _track_count(output):
    def track_count(self, *values):
        counted = self.outputs.get(output, {}).get("observed")
        if counted is None or counted["values"] is None:  # where the right answer is an exception, nothing is counted
            return float("nan")
        return int(counted["values"][0])

    return track_count


def family(name):
    """``{name: class}`` of a family's cases, for the module of that name: asv takes the case's own name for the class's."""
    return _classes([info for info in _CASES.values() if info.id.partition(".")[0] == name], len(name) + 1)


def benchmarks(without):
    """``{name: class}`` of all cases but those of some families."""
    return _classes([info for info in _CASES.values() if info.id.partition(".")[0] not in without], 0)


def _classes(infos, skipped):
    found = {}
    for info in infos:
        for kind, made in _of_case(info, info.id[skipped:]).items():
            key = made.__name__.replace(".", "_")
            found[key if key not in found else "{}_{}".format(key, kind)] = made
    return found


def _of_case(info, name):
    timed, made = _catalog.timed_points(info), {}
    if timed:
        functions = {"time_call": (_time_call(), "seconds")}
        unit = info.timed["unit"]
        if "work" in info.functions:
            functions["track_{}_per_s".format(unit)] = (_track_rate(), unit + "/s")
        if any(word in info.id for word in LARGE):
            functions["peakmem_call"] = (_peakmem_call(), "bytes")
        made["timed"] = _class(info, name, _Timed, timed, functions)
    counts = [output for output in info.track if not output.startswith(REPORTED)]
    if counts:
        functions = {"track_" + output: (_track_count(output), output.replace("_", " ")) for output in counts}
        made["tracked"] = _class(info, name, _Tracked, list(_catalog.points(info)), functions)
    return made


def _class(info, name, base, points, functions):
    # One process may ask all points of a case that is tracked.
    limit_s = info.time_limit_s * (len(points) if base is _Tracked else 1)
    attributes = {
        "info": info,
        "points": points,
        "params": [list(dict.fromkeys(point[name] for point in points)) for name in info.params],
        "param_names": list(info.params),
        # Of the case, not of its text: results survive a change of format, and end where answers change their meaning.
        "version": str(info.version),
        "timeout": limit_s + base.beyond_s,
    }
    for called, (function, unit) in functions.items():
        attributes[called] = _Benchmark(called, function, unit, info.doc)
    return type(name, (base,), attributes)
