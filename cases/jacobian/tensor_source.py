"""The Jacobian's shape is the target's and the source's shape joined, and its sum over the target is the gradient.

The guide's layer Dense(10, relu) on x of shape (7, 5): the Jacobian with respect to the kernel has the shape (7, 10, 5, 10), and
the guide asserts that its sum differs from the gradient by less than 1e-3.

Oracle: y_no = max(z_no, 0) with z = x W + b, so with m = [z > 0]: dy_no / dW_kl = m_no x_nk [o = l],
dy_no / db_l = m_no [o = l], dy_no / dx_pk = m_no W_ko [n = p]. No |z| is below 0.2, far from the kink.

Source: TensorFlow guide, "Advanced automatic differentiation", Jacobians, Tensor source.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "loop": ("pfor", "while"),
    "source": ("kernel", "bias", "x"),
}
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "loop": "while"},
    {"mode": ("nested_graph", "jit"), "source": ("bias", "x")},
    {"mode": "eager", "loop": "while", "source": ("bias", "x")},
    {"mode": "graph", "source": ("bias", "x")},
)


def inputs(mode, loop, source):
    random = np.random.RandomState(38)
    x, kernel, bias = random.normal(size=(7, 5)), random.normal(size=(5, 10)), random.normal(size=10)
    return x.astype(np.float32), kernel.astype(np.float32), bias.astype(np.float32)


def oracle(mode, loop, source):
    x, kernel, bias = (array.astype(np.float64) for array in inputs(mode, loop, source))
    on = (x @ kernel + bias > 0).astype(np.float64)
    if source == "kernel":
        jacobian = np.einsum("no,nk,ol->nokl", on, x, np.eye(10))
    elif source == "bias":
        jacobian = np.einsum("no,ol->nol", on, np.eye(10))
    else:
        jacobian = np.einsum("no,ko,np->nopk", on, kernel, np.eye(7))
    total = jacobian.sum(axis=(0, 1))
    return {"shape": list(jacobian.shape), "jacobian": jacobian, "gradient": total, "j_sum": total}


def build(mode, loop, source):
    x, kernel, bias = inputs(mode, loop, source)
    layer = tf.keras.layers.Dense(10, activation=tf.nn.relu)
    layer.build((7, 5))
    layer.set_weights([kernel, bias])
    x = tf.Variable(x)
    asked = {"kernel": layer.kernel, "bias": layer.bias, "x": x}[source]

    def take():
        with tf.GradientTape(persistent=True) as tape:
            y = layer(tf.identity(x))
        j = tape.jacobian(y, asked, experimental_use_pfor=loop == "pfor")
        return j, tape.gradient(y, asked), tf.reduce_sum(j, axis=[0, 1])

    call = _compat.in_mode(take, mode, autograph=False)

    def answer():
        j, gradient, j_sum = call()
        return {"shape": j.shape.as_list(), "jacobian": j, "gradient": gradient, "j_sum": j_sum}

    return answer
