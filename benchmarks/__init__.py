"""asv's view of the cases: every case with ``TIMED`` or ``TRACK`` becomes benchmarks of its own, without code of its own.

Imported by asv in every release's virtualenv: Python 3.7 syntax, and no TensorFlow before a benchmark is set up. What the
benchmarks are is in ``_adapter.py``. A family of cases has a module here, of two lines, because asv finds a benchmark by its
name where there is one; without it all benchmarks are made and looked through, in each of 1100 processes a leg. Families
without one are here, so that none is missing.
"""

import gc
import os
import pkgutil
import sys

# asv imports this folder alone, and drops PYTHONPATH.
sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from benchmarks import _adapter, _shared  # noqa: E402

globals().update(_adapter.benchmarks(without=[name for _, name, _ in pkgutil.iter_modules(__path__)]))

if _shared.FOLDER:
    # asv's fork server, which never runs an op: what it imports here is paid for once, and each of its children has it.
    import tensorflow as tf

    assert tf.keras.layers.Dense is not None  # lazy in most eras
    gc.collect()
    gc.freeze()
