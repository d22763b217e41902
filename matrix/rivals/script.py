"""pyperf's benchmark of the study: ``script.py WORKLOAD SHARE … pyperf's options``, run by the release's interpreter.

SHARE is the number of a share, or -1 for the release as it is. Python 3.7 syntax.
"""

import sys

import pyperf
import workload


def _arguments(command, arguments):
    command.extend([str(arguments.workload), str(arguments.share)])


runner = pyperf.Runner(add_cmdline_args=_arguments)
runner.argparser.add_argument("workload", type=int)
runner.argparser.add_argument("share", type=int)
chosen = runner.parse_args()
call = None  # not needed by the process that only starts those which measure
if "--worker" in sys.argv:
    call = workload.prepared(chosen.workload, chosen.share if chosen.share >= 0 else None)
runner.bench_func("call", call)
