"""asv's benchmarks of the study, written as its documentation has them: Python 3.7 syntax."""

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import workload

STUDY = workload.study()


class Workload:
    """One call, of a release in one commit and of its slower copy in the other."""

    timeout = 300
    call = None
    params = (list(range(len(STUDY["workloads"]))), list(range(len(STUDY["shares"]))))
    param_names = ("workload", "share")

    def setup(self, index, share):
        if self.call is None:
            slowed = os.environ["ASV_COMMIT"] == STUDY["slowed"]
            self.call = workload.prepared(index, share if slowed else None)

    def time_call(self, _index, _share):
        self.call()
