"""Any number of tapes may record at once: tape k, which watches only x_k, gives row k of the gradient.

y = sum_k (k + 1) x_k² + x_k x_(k+1) on a ring of n scalars, one tape for each.

Oracle: dy/dx_k = 2 (k + 1) x_k + x_(k-1) + x_(k+1), indices modulo n (n > 2); off the diagonal None.

Source: TensorFlow guide, "Advanced automatic differentiation", Multiple tapes.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {"mode": ("eager", "graph", "nested_graph", "jit"), "n": (3, 24)}
EXCLUDE = ({"mode": ("nested_graph", "jit"), "n": 24},)


def inputs(n, **_):
    return np.random.RandomState(11).normal(size=n).astype(np.float32)


def oracle(n, **_):
    x = inputs(n).astype(np.float64)
    return {"diagonal": 2 * np.arange(1, n + 1) * x + np.roll(x, 1) + np.roll(x, -1), "off_diagonal": 0}


def build(mode, n):
    sources = [tf.constant(value) for value in inputs(n)]
    found = []

    def gradients(*x):
        tapes = [tf.GradientTape() for _ in range(n)]
        for tape, source in zip(tapes, x):
            tape.__enter__()
            tape.watch(source)
        y = tf.add_n([float(k + 1) * x[k] * x[k] + x[k] * x[(k + 1) % n] for k in range(n)])
        for tape in tapes:
            tape.__exit__(None, None, None)
        rows = [tape.gradient(y, list(x)) for tape in tapes]
        found.append(sum(value is not None for k, row in enumerate(rows) for i, value in enumerate(row) if i != k))
        return tf.stack([row[k] for k, row in enumerate(rows)])

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(gradients), mode)

    def answer():
        diagonal = call(*sources)
        return {"diagonal": diagonal, "off_diagonal": found[-1]}

    return answer
