"""The counts of a case: asked once, as the matrix asks them, for all its benchmarks in a run of asv.

All points are answered in one forked process, one after the other (or each in its own, where the case wants that), by the
matrix's own code; a point that takes too long or ends its process gets a record that says so, and the rest is asked anew.
asv itself would ask every count of every point in a process of its own, in which nearly all of the time goes into the first
op of TensorFlow.
"""

import json
import os
import signal
import time
import traceback

from benchmarks import _shared
from cases._record import make_record

POLL_S = 0.005


def record(info, points, number):
    """The record (``cases/_record.py``) of one of the case's points; what is found out beside it is left for others."""
    if not hasattr(os, "fork"):
        return _ask_here(info, points[number])
    found = {note["number"]: note["record"] for note in _shared.read(info.id)}
    if number not in found:
        wanted = [number]
        if _shared.FOLDER and info.isolate == "case":
            wanted += [other for other in range(number + 1, len(points)) if other not in found]
        answered = _ask(info, [points[other] for other in wanted])
        for other, record in zip(wanted, answered):
            _shared.leave(info.id, number=other, record=record)
        found.update(zip(wanted, answered))
    return found[number]


def _request(info, points):
    return {"leg": "asv", "case": info.id, "path": info.path, "points": points}


def _ask_here(info, params):
    from cases import _child

    answered = []
    _child.answer(_request(info, [params]), lambda begin=None, record=None: answered.append(record))
    return answered[-1]


def _ask(info, points):
    """Records of the first points, as far as one process got with them: at least of the first."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            from cases import _child

            os.close(reading)
            with os.fdopen(writing, "w") as stream:

                def emit(**message):
                    stream.write(json.dumps(message) + "\n")
                    stream.flush()

                _child.answer(_request(info, points), emit)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    os.set_blocking(reading, False)
    text, begun, ended = b"", time.monotonic(), False
    try:
        while not ended and time.monotonic() - begun < info.time_limit_s:
            try:
                more = os.read(reading, 1 << 16)
                ended = not more
            except BlockingIOError:
                more = b""
                time.sleep(POLL_S)
            text += more
            if b"\n" in more:
                begun = time.monotonic()
    finally:
        os.close(reading)
        os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
    messages = [json.loads(line.decode("ascii")) for line in text.split(b"\n")[:-1]]
    records = [message["record"] for message in messages if "record" in message]
    if len(records) < len(points):
        words = {"error_type": "Timeout", "message": "no answer within {:g} s".format(info.time_limit_s)}
        if ended:
            how = "by signal {}".format(os.WTERMSIG(status)) if os.WIFSIGNALED(status) else "by itself"
            words = {"error_type": "Exit", "message": "its process ended {} before it had answered".format(how)}
        params = points[len(records)]
        records.append(make_record("asv", info.id, params, "crashed" if ended else "timeout", **words))
    return records
