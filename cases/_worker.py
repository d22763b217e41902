"""The process that asks one leg: imports TensorFlow once and forks a fresh child for every request.

It never runs an op itself: after the import and before the first op a fork is safe, and the child gets a runtime, a
gradient registry and thread pools of its own. Requests come as JSON lines on standard input, answers go as JSON lines to
the pipe whose number is the first argument; what children find goes to the file that their request names. Where fork is
not to be had, or not wanted, ``python -m cases._worker once REQUEST.json`` answers one request in a fresh interpreter.

A request: ``{"leg", "case", "path", "points": [params, …], "results": path, "log": path, "folder": path}``; its ``task``
names the package that serves it, ``_child`` (each point is answered once) unless it says otherwise.
"""

import gc
import importlib
import json
import os
import platform
import signal
import sys
import time


def main(arguments):
    if arguments[0] == "once":
        _end_with_parent(signal.SIGKILL)
        with open(arguments[1]) as stream:
            request = json.load(stream)
        _become(request)
        _answer(request, describe)
        return
    _end_with_parent(signal.SIGTERM)
    replies = os.fdopen(int(arguments[0]), "w", buffering=1)
    os.set_inheritable(replies.fileno(), False)
    started = time.perf_counter()
    import tensorflow as tf

    took = time.perf_counter() - started
    from cases._child import peak_memory_bytes

    imported = {"elapsed_s": took, "peak_memory_bytes": peak_memory_bytes()}
    # Keras is imported lazily by most eras: pay for it here, once, rather than in every child.
    assert tf.keras.layers.Dense is not None
    # So is what AutoGraph prepares for its first conversion, which runs no op.
    tf.autograph.to_graph(_is_positive)
    _say(replies, ready=describe(), imported=imported)
    # What TensorFlow's import made lives for good: without this, every child's collector would walk (and copy) all of it.
    gc.collect()
    gc.freeze()
    _serve(replies)


def _serve(replies):
    """Fork a child for every request, one at a time, until standard input ends."""
    child = []

    def end(*_):
        # With whatever the child has started: that is of the child's group.
        for pid in child:
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                pass
        os._exit(1)

    signal.signal(signal.SIGTERM, end)
    worker = os.getpid()
    for line in iter(sys.stdin.readline, ""):
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                replies.close()
                os.setpgid(0, 0)
                _end_with_parent(signal.SIGKILL)
                if os.getppid() == worker:
                    _become(request)
                    _answer(request)
                    status = 0
            finally:
                os._exit(status)
        child[:] = [pid]
        try:
            os.setpgid(pid, pid)  # in both processes, so that neither has to wait for the other
        except OSError:
            pass
        _say(replies, forked=pid)
        _, status = os.waitpid(pid, 0)
        child[:] = []
        _say(replies, exited=-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def _is_positive(number):
    if number > 0:
        return True
    return False


def _say(replies, **message):
    replies.write(json.dumps(message) + "\n")
    replies.flush()


def _end_with_parent(number):
    """Ask Linux for a signal when this process's parent ends, so that nothing stays behind a killed supervisor."""
    if sys.platform.startswith("linux"):
        import ctypes

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, number)


def _become(request):
    """Make this process the child of one request: its folder, its log, its limits."""
    import faulthandler
    import tempfile

    os.chdir(request["folder"])
    for name in ("TMPDIR", "TEMP", "TMP"):
        os.environ[name] = request["folder"]
    tempfile.tempdir = None
    null = os.open(os.devnull, os.O_RDONLY)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    faulthandler.enable()
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A case that prints or saves without end must not fill the disk before its time is up.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))


def _answer(request, describe=None):
    task = importlib.import_module("cases." + request.get("task", "_child"))
    with open(request["results"], "a", buffering=1) as results:

        def emit(**message):
            results.write(json.dumps(message, allow_nan=False) + "\n")
            results.flush()

        if describe is not None:
            emit(ready=describe())
        task.answer(request, emit)
        emit(end=True)
    sys.stdout.flush()
    sys.stderr.flush()


def describe():
    """What answers here, as observed in this interpreter: versions, all packages, machine."""
    import tensorflow as tf

    packages = _packages()
    legacy = os.environ.get("TF_USE_LEGACY_KERAS") == "1"
    keras = packages.get("tf-keras") if legacy else getattr(tf.keras, "__version__", None) or packages.get("keras")
    import numpy

    return {
        "versions": {
            "tensorflow": tf.__version__,
            "keras": keras,
            "numpy": numpy.__version__,
            "protobuf": packages.get("protobuf"),
            "python": platform.python_version(),
        },
        "packages": packages,
        "machine": {
            "system": platform.system(),
            "machine": platform.machine(),
            "cpu": _cpu(),
            "cores": os.cpu_count(),
        },
    }


def _packages():
    """``{name: version}`` of what is installed, by the names of its folders (3.7 has no API for it)."""
    found = {}
    for folder in sys.path:
        if os.path.isdir(folder):
            for name in sorted(os.listdir(folder)):
                if name.endswith(".dist-info") and name.count("-") >= 2:
                    package, _, release = name[: -len(".dist-info")].partition("-")
                    found.setdefault(package.lower().replace("_", "-"), release)
    return found


def _cpu():
    """The processor's model, or what the platform module knows of it."""
    try:
        with open("/proc/cpuinfo") as stream:
            for line in stream:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()


if __name__ == "__main__":
    main(sys.argv[1:])
