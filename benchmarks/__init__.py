"""asv's view of the cases: every case with ``TIMED`` or ``TRACK`` becomes benchmarks of its own, without code of its own.

Imported by asv in every release's virtualenv: Python 3.7 syntax, and no TensorFlow before a benchmark is set up. A class
is made for each case, named as the case is, with

    time_call               one call, at the points that ``TIMED`` names
    track_<unit>_per_s      units of work per second, where a call is more than one of them (the case has ``work``)
    peakmem_call            the most memory that the process holds in a call, where that is the question: derivatives that
                            are matrices, or avoid them
    track_<output>          each output that ``TRACK`` names, at every point of the case

The set-up builds and calls once, outside the clock. What the release lacks is skipped (n/a); an answer that is not the
oracle's raises, so that a fast wrong answer is never plotted. A tracked count is what it is: only the other outputs of its
case have to be right.
"""

import gc
import os
import sys
from timeit import default_timer

# asv imports this folder alone, and drops PYTHONPATH.
sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from cases import _catalog  # noqa: E402

if "run_server" in sys.argv[1:2]:
    # asv's fork server, which never runs an op: what it imports here is paid for once, and each of its children has it.
    import tensorflow as tf

    assert tf.keras.layers.Dense is not None  # lazy in most eras
    gc.collect()
    gc.freeze()

SAMPLE_S = 0.02
"""What one sample of ``time_call`` shall take: so many calls are timed, one by one, and averaged."""
WARM_S, RATE_S = 0.1, 0.3
LARGE = ("jacobian", "hessian")
"""Cases with one of these words in their name have ``peakmem_call``."""


class _WrongAnswer(Exception):
    """The call to be measured does not give the oracle's answer."""


class _Case:
    """What the benchmarks of a case share. asv makes one object for each benchmark and process."""

    rounds = 2
    repeat = (1, 10, 1.0)
    min_run_count = 1
    beyond_s = 10
    """What asv waits beyond the case's time limit: where it does not fork, TensorFlow is imported first."""
    call = None

    def setup(self, *values):
        """Prepare the call of one point; asv asks for it again before every single call."""
        if self.call is None:
            self._prepare(dict(zip(self.info.params, values)))

    # The page shows what asv calls the benchmark's code, and that shall be the case's docstring alone.
    setup.pretty_source, setup.__qualname__ = "", "setup"

    def _prepare(self, params):
        if params not in self.points:
            raise NotImplementedError("not a point of this case")
        from cases import _child, _compat
        from cases._compare import compare

        info = self.info
        if info.since is not None and _compat.version() < _compat.parse(info.since):
            raise NotImplementedError("the API is in TensorFlow since " + info.since)
        module = _child.load(info.id, info.path)
        try:
            call = module.build(**params)
            self.observed = call()
        except _compat.Unsupported as missing:
            raise NotImplementedError(str(missing))
        outputs = compare(self.observed, module.oracle(**params), info.rtol, info.atol)[3]
        wrong = [name for name, output in outputs.items() if not output["agrees"] and name not in self.free]
        if wrong:
            raise _WrongAnswer("{}{}: wrong: {}".format(info.id, params, ", ".join(wrong)))
        self.work = module.work(**params) if "work" in info.functions else 1
        self.call = call


class _Timed(_Case):
    """The benchmarks of a timed case."""

    free = ()
    beyond_s = 30

    def _prepare(self, params):
        super()._prepare(params)
        # asv, left alone, takes a single call for a sample wherever there is a set-up.
        self.number = max(1, min(10000, int(SAMPLE_S / max(self._seconds(), 1e-7))))

    def _seconds(self):
        started = default_timer()
        self.call()
        return default_timer() - started


class _Tracked(_Case):
    """The benchmarks of a case's counts: the outputs that may be other than in the oracle."""

    @property
    def free(self):
        return self.info.track


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
        warm, times = 0.0, []
        while warm < WARM_S:
            warm += self._seconds()
        while sum(times) < RATE_S or len(times) < 3:
            times.append(self._seconds())
        # A low quantile: what disturbs a call only ever makes it longer.
        return self.work / sorted(times)[len(times) // 4]

    return track_rate


def _track_count(output):
    def track_count(self, *values):
        value = self.observed.get(output)
        if value is None:  # where the right answer is an exception, nothing is counted
            return float("nan")
        return int(value.numpy() if hasattr(value, "numpy") else value)

    return track_count


def _benchmarks(info):
    """``{class name: class}`` of one case: asv finds classes by their place in this module, and names them as they say."""
    timed, made = _catalog.timed_points(info), {}
    if timed:
        methods = {"time_call": (_time_call(), "seconds")}
        unit = info.timed["unit"]
        if "work" in info.functions:
            methods["track_{}_per_s".format(unit)] = (_track_rate(), unit + "/s")
        if any(word in info.id for word in LARGE):
            methods["peakmem_call"] = (_peakmem_call(), "bytes")
        made["Timed"] = _class(info, _Timed, timed, methods)
    if info.track:
        methods = {"track_" + name: (_track_count(name), name.replace("_", " ")) for name in info.track}
        made["Tracked"] = _class(info, _Tracked, list(_catalog.points(info)), methods)
    return {"{}_{}".format(kind, info.id.replace(".", "_")): made[kind] for kind in made}


def _class(info, base, points, methods):
    for name, (method, unit) in methods.items():
        method.__name__ = method.__qualname__ = name
        method.unit, method.pretty_source = unit, info.doc
    attributes = {
        "info": info,
        "points": points,
        "params": [list(dict.fromkeys(point[name] for point in points)) for name in info.params],
        "param_names": list(info.params),
        # Of the case, not of its text: results survive a change of format, and end where answers change their meaning.
        "version": str(info.version),
        "timeout": info.time_limit_s + base.beyond_s,
    }
    attributes.update((name, method) for name, (method, _) in methods.items())
    return type(info.id, (base,), attributes)


for _info in _catalog.catalog(os.environ.get("TFDRIFT_CASES", _catalog.ROOT)).values():
    globals().update(_benchmarks(_info))
