"""The second of three points does to its process what its name says; the first and the third answer.

Oracle: 1.
"""

import ctypes
import os
import re
import shutil
import signal
import sys
import threading
import time

PARAMS = {
    "how": (
        "raise",
        "hang",
        "exit",
        "kill",
        "segfault",
        "abort",
        "recurse",
        "shout",
        "memory",
        "garble",
        "close",
        "system_exit",
        "threads",
        "no_folder",
        "no_environment",
        "hold_the_lock",
        "backtrack",
        "big_number",
        "bomb",
    ),
    "n": (1, 2, 3),
}
TIME_LIMIT_S = 3.0
MEMORY_LIMIT_MB = 300


def oracle(how, n):
    return {"one": 1.0}


def _raise():
    raise ValueError("on purpose")


def _hang():
    while True:
        time.sleep(1)


def _shout():
    for _ in range(64):
        sys.stdout.write("x" * 1000000)


def _memory():
    kept = []
    while True:
        kept.append(bytearray(os.urandom(1 << 20)) * 20)


def _garble():
    for number in range(3, 30):
        try:
            os.write(number, b"{nonsense\n")
        except OSError:
            pass
    os._exit(0)


def _recurse():
    sys.setrecursionlimit(10**9)

    def down(depth):
        return down(depth + 1) + 1

    return down(0)


def _threads():
    for _ in range(500):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()


def _bomb():
    threading.stack_size(1 << 16)
    while True:
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()


def _no_environment():
    os.chdir("/")
    os.environ.clear()
    sys.path[:] = []
    sys.stdout = sys.stderr = None


DEEDS = {
    "raise": _raise,
    "hang": _hang,
    "exit": lambda: os._exit(0),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "segfault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "recurse": _recurse,
    "shout": _shout,
    "memory": _memory,
    "garble": _garble,
    "close": lambda: os.closerange(0, 3),
    "system_exit": lambda: sys.exit(5),
    "threads": _threads,
    "no_folder": lambda: shutil.rmtree(os.getcwd()),
    "no_environment": _no_environment,
    # In C, with the interpreter's lock held: no Python of this process runs any more.
    "hold_the_lock": lambda: ctypes.PyDLL(None).sleep(600),
    "backtrack": lambda: re.match("(a+)+$", "a" * 64 + "b"),
    "big_number": lambda: pow(3, 10**10),
    "bomb": _bomb,
}


def build(how, n):
    def answer():
        if n == 2:
            DEEDS[how]()
        return {"one": 1.0}

    return answer
