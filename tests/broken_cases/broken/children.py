"""A process that a case started and left does not outlive it.

Oracle: nothing; the test looks for the process.
"""

import subprocess
import sys

PARAMS = {}
TIME_LIMIT_S = 2.0


def oracle():
    return {}


def build():
    def answer():
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(986)"]).wait()
        return {}

    return answer
