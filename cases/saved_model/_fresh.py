"""Another process of the same release, in which nothing has been traced and no gradient registered.

A custom gradient that is saved and loaded in one process looks right whatever was saved, since it is still registered there. So
the cases of this family save in one process and load in another. Importing TensorFlow takes seconds; a case's process has
imported it and, as long as it runs no op itself, its forks are as untouched as a new interpreter. Where there is no fork to be
had, and where a case asks for it, a new interpreter is started instead (``saved_model.interpreter`` holds that both agree).
"""

import importlib
import json
import os
import subprocess
import sys
import traceback

import numpy as np

_COUNT = []


class ElsewhereError(RuntimeError):
    """The function raised in the other process; the message is its traceback's last line."""


def elsewhere(name, how="fork", **arguments):
    """The outputs of ``module:function`` called with JSON arguments in another process; it returns named values or ``None``.

    By fork the caller must not have run an op in this process, and must not afterwards.
    """
    _COUNT.append(name)
    answer = os.path.abspath("elsewhere-{}".format(len(_COUNT)))
    if how == "fork" and sys.platform.startswith("linux"):
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            try:
                _answer(name, arguments, answer)
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
    else:
        # No file of this process is shared: what TensorFlow prints goes where this process's own words go.
        subprocess.call(
            [sys.executable, "-m", "cases.saved_model._fresh", name, json.dumps(arguments), answer],
            stdin=subprocess.DEVNULL,
        )
    try:
        with open(answer + ".json") as stream:
            plain = json.load(stream)
    except FileNotFoundError:
        raise ElsewhereError("{} ended before it had answered".format(name))
    if "raised" in plain:
        raise ElsewhereError(plain["raised"])
    with np.load(answer + ".npz") as arrays:
        return dict(plain["plain"], **{key: arrays[key] for key in arrays.files})


def _answer(name, arguments, answer):
    try:
        module, _, function = name.partition(":")
        outputs = getattr(importlib.import_module(module), function)(**arguments) or {}
        plain = {key: value for key, value in outputs.items() if value is None or isinstance(value, (str, bool))}
        np.savez(answer + ".npz", **{key: np.asarray(value) for key, value in outputs.items() if key not in plain})
        message = {"plain": plain}
    except Exception as error:
        traceback.print_exc()
        message = {"raised": "{}: {}".format(type(error).__name__, str(error).strip().split("\n")[0])}
    with open(answer + ".part", "w") as stream:
        json.dump(message, stream)
    os.replace(answer + ".part", answer + ".json")


if __name__ == "__main__":
    _answer(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3])
