"""asv's benchmarks of the study, written as its documentation has them: Python 3.7 syntax."""

import importlib.util
import os

_path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "workload.py")
_spec = importlib.util.spec_from_file_location("workload", _path)
workload = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(workload)


class Workload:
    """One call, of a release in one commit and of its slower copy in the other."""

    timeout = 300
    call = None
    _study = workload.study()
    params = [list(range(len(_study["workloads"]))), list(range(len(_study["shares"])))]
    param_names = ["workload", "share"]

    def setup(self, index, share):
        if self.call is None:
            slowed = os.environ["ASV_COMMIT"] == self._study["slowed"]
            self.call = workload.prepared(index, share if slowed else None)

    def time_call(self, index, share):
        self.call()
