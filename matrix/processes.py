"""The processes of a leg: the worker, the children that it forks, children in interpreters of their own. Stdlib only."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matrix.paths import ROOT

START_LIMIT_S = 300.0
"""Seconds that an interpreter may take to import TensorFlow."""
POLL_S = 0.05
LOG_TAIL_BYTES = 1500


class WorkerError(RuntimeError):
    """The leg's interpreter does not get as far as importing TensorFlow; the message ends with what it printed."""


class Child:
    """A process that answers one request."""

    pid: int

    def wait(self, seconds: float) -> int | None:
        """The exit status (negative: signal) once the process has ended, else None after ``seconds``."""
        raise NotImplementedError

    def kill(self) -> None:
        """End the process and everything that it started."""
        raise NotImplementedError


class Forked(Child):
    def __init__(self, worker: Worker, request: dict[str, Any]) -> None:
        self.worker = worker
        self.status: int | None = None
        worker.send(request)
        self.pid = int(worker.receive(START_LIMIT_S).get("forked", 0))

    def wait(self, seconds: float) -> int | None:
        if self.status is None:
            message = self.worker.receive(seconds)
            if "exited" in message:
                self.status = int(message["exited"])
            elif self.worker.gone:
                # The worker went away under its child (somebody, or the kernel, ended it): so did the answer.
                self.status = self.worker.process.wait()
        return self.status

    def kill(self) -> None:
        kill_group(self.pid)
        while self.status is None:
            self.wait(POLL_S)


class Spawned(Child):
    def __init__(self, python: Path, env: Mapping[str, str], request: dict[str, Any], folder: Path) -> None:
        path = folder / "request.json"
        path.write_text(json.dumps(request))
        with (folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [str(python), "-m", "cases._worker", "once", str(path)],
                env=dict(env),
                cwd=request["folder"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.pid = self.process.pid

    def wait(self, seconds: float) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(seconds)
        return None

    def kill(self) -> None:
        kill_group(self.pid)
        self.process.kill()
        self.process.wait()


class Worker:
    """The leg's fork server: a process that has imported TensorFlow and forks a child per request (POSIX)."""

    def __init__(self, python: Path, env: Mapping[str, str], scratch: Path) -> None:
        self.gone = False
        self._buffer = b""
        self._log = scratch / "worker.txt"
        self._read, write = os.pipe()
        try:
            with self._log.open("wb") as log:
                self.process = subprocess.Popen(
                    [str(python), "-m", "cases._worker", str(write)],
                    # What AutoGraph writes for good lies where it is taken away, though the worker is killed in the end.
                    env={**env, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))},
                    cwd=scratch,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    pass_fds=[write],
                    start_new_session=True,
                )
        except OSError as error:
            os.close(self._read)
            raise WorkerError(f"{python} cannot be started: {error.strerror}") from error
        finally:
            os.close(write)
        message = self.receive(START_LIMIT_S)
        if "ready" not in message:
            ended = self.gone
            if ended:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(START_LIMIT_S)
            self.stop()
            raise WorkerError(tail(self._log) or (self._ending() if ended else f"no answer within {START_LIMIT_S:g} s"))
        self.about: dict[str, Any] = message["ready"]
        self.imported: dict[str, Any] = message["imported"]

    def _ending(self) -> str:
        """How an interpreter ended that printed nothing."""
        status = self.process.returncode
        if status < 0 and -status in signal.valid_signals():
            return f"the interpreter was ended by {signal.Signals(-status).name}"
        return f"the interpreter exited with status {status}"

    def send(self, request: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.gone = True

    def receive(self, seconds: float) -> dict[str, Any]:
        """The worker's next message, or an empty one after ``seconds`` or when the worker is gone."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer and not self.gone:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._read], [], [], left)[0]:
                return {}
            data = os.read(self._read, 65536)
            self.gone = not data
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return dict(json.loads(line)) if line else {}

    def stop(self) -> None:
        self.gone = True
        kill_group(self.process.pid)
        self.process.wait()
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        with contextlib.suppress(OSError):
            os.close(self._read)


def leg_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment in which a leg runs: the user's, without what would change the answers unseen."""
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TF_", "KERAS_", "XLA_"))
    }
    env.update(
        PYTHONPATH=str(ROOT),
        PYTHONHASHSEED="0",
        PYTHONNOUSERSITE="1",
        PYTHONUNBUFFERED="1",
        CUDA_VISIBLE_DEVICES="-1",
        TF_CPP_MIN_LOG_LEVEL="2",
    )
    env.update(extra)
    return env


def resident_bytes(pid: int) -> int:
    """Resident memory of a process: exact on Linux, by ``ps`` on other POSIX systems, 0 where neither answers."""
    try:
        if sys.platform.startswith("linux"):
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE")
        shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return int(shown.stdout or 0) * 1024
    except (OSError, ValueError, IndexError):
        return 0


def thread_count(pid: int) -> int:
    """How many threads a process has; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[17])
    except (OSError, ValueError, IndexError):
        return 0


def kill_group(pid: int) -> None:
    if pid > 0:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def tail(path: Path) -> str:
    """The last lines of a log, as text on one line."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - LOG_TAIL_BYTES))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return " | ".join(line.strip() for line in text.splitlines() if line.strip())
