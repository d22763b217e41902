"""A workload of the study, prepared in the release's interpreter: Python 3.7 syntax."""

import json
import os
import sys
from pathlib import Path

# An instrument that starts interpreters of its own may drop PYTHONPATH.
sys.path.append(str(Path(__file__).resolve().parents[2]))


def study():
    """What the driver wrote: workloads, shares, and what its instrument needs besides."""
    return json.loads(Path(os.environ["TFDRIFT_STUDY"]).read_text())


def prepared(index, share):
    """The call of workload ``index``, made once, and made slower by the share with the number ``share``, or not (None)."""
    from cases import _child

    workload = study()["workloads"][index]
    call = _child.load(workload["case"], workload["path"]).build(**workload["params"])
    call()
    spin = range(0 if share is None else workload["spins"][share])

    def spun():
        call()
        for _ in spin:
            pass

    return spun
