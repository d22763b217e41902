"""The gradient of the norm of an input gradient is right, for the kernel and the bias of a layer.

The guide's input gradient regularisation: x (7, 5), Dense(10), out = sum(layer(x)²), g1 = d out / dx, m = norm(g1), then dm by
the layer's weights, whose shapes the guide prints: [5, 10] and [10].

Oracle: with z = x W + b and h(z) = d(a(z)²)/dz, g1 = h(z) W' and m = |g1|. For G = g1 / m,
dm = <G, (h'(z) dz) W' + h(z) dW'> with dz = x dW + db, so that with R = h'(z) (G W):
dm/dW = x' R + G' h(z) and dm/db = column sums of R.
relu: h = 2 max(z, 0), h' = 2 [z > 0]. tanh, with y = tanh z: h = 2 y (1 - y²), h' = 2 (1 - y²)(1 - 3y²).

Source: TensorFlow guide, "Advanced automatic differentiation", Example: Input gradient regularization.
"""

import numpy as np
import tensorflow as tf

from cases import _compat

PARAMS = {
    "mode": ("eager", "graph", "nested_graph", "jit"),
    "layer": ("keras", "matmul"),
    "activation": ("relu", "tanh"),
}
EXCLUDE = (
    {"mode": ("nested_graph", "jit"), "layer": "matmul"},
    {"mode": ("nested_graph", "jit"), "activation": "tanh"},
    {"mode": "graph", "layer": "matmul", "activation": "tanh"},
)
# Products of matrices, taken twice: some tens of ulp.
RTOL = 4e-6


def inputs(**_):
    random = np.random.RandomState(19)
    return tuple(random.normal(scale=0.5, size=size).astype(np.float32) for size in ((7, 5), (5, 10), (10,)))


def oracle(activation, **_):
    x, w, b = (value.astype(np.float64) for value in inputs())
    z = x @ w + b
    y = np.tanh(z)
    if activation == "relu":
        h, dh = 2.0 * np.maximum(z, 0.0), 2.0 * (z > 0.0)
    else:
        h, dh = 2.0 * y * (1.0 - y**2), 2.0 * (1.0 - y**2) * (1.0 - 3.0 * y**2)
    g1 = h @ w.T
    m = np.sqrt((g1**2).sum())
    r = dh * (g1 / m @ w)
    return {"norm": m, "g1": g1, "kernel": x.T @ r + (g1 / m).T @ h, "bias": r.sum(axis=0), "shapes": "[5, 10] [10]"}


def build(mode, layer, activation):
    x, w, b = inputs()
    function = tf.nn.relu if activation == "relu" else tf.tanh
    if layer == "keras":
        forward = tf.keras.layers.Dense(10, activation=function)
        forward(tf.zeros([1, 5]))
        forward.set_weights([w, b])
        variables = forward.trainable_variables
    else:
        variables = [tf.Variable(w), tf.Variable(b)]

        def forward(x):
            return function(tf.matmul(x, variables[0]) + variables[1])

    def gradients(x):
        with tf.GradientTape() as t2:
            # The inner tape takes the gradient with respect to the input only.
            with tf.GradientTape(watch_accessed_variables=False) as t1:
                t1.watch(x)
                out = tf.reduce_sum(forward(x) ** 2)
            g1 = t1.gradient(out, x)
            g1_mag = tf.norm(g1)
        return [g1_mag, g1] + t2.gradient(g1_mag, variables)

    call = _compat.in_mode(tf.autograph.experimental.do_not_convert(gradients), mode)
    x = tf.constant(x)

    def answer():
        norm, g1, kernel, bias = call(x)
        shapes = " ".join(str(value.shape.as_list()) for value in (kernel, bias))
        return {"norm": norm, "g1": g1, "kernel": kernel, "bias": bias, "shapes": shapes}

    return answer
