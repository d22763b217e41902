"""Inputs for the ops of tf.math, by signature; ``name@what`` asks the same op of other inputs."""

import numpy as np
import tensorflow as tf

from cases.sweep._take import complex_entry, entry, spread

SEGMENTS = np.array([0, 0, 1, 1], np.int32)
MIXED = np.array([1, 0, 1, 0], np.int32)
A, B = np.array([1.2, 2.0, 2.5]), np.array([2.2, 1.5, 3.0])

# The closed forms, of real and complex numbers alike; those of a matrix go along its rows.
NUMPY = {
    "abs": np.abs, "acos": np.arccos, "acosh": np.arccosh, "add": np.add, "angle": np.angle, "asin": np.arcsin,
    "asinh": np.arcsinh, "atan": np.arctan, "atan2": np.arctan2, "atanh": np.arctanh, "conj": np.conj, "cos": np.cos,
    "cosh": np.cosh, "divide": np.divide, "divide_no_nan": np.divide, "exp": np.exp, "expm1": np.expm1, "imag": np.imag,
    "log": np.log, "log1p": np.log1p, "log_sigmoid": lambda x: -np.logaddexp(0.0, -x), "maximum": np.maximum,
    "minimum": np.minimum, "multiply": np.multiply, "multiply_no_nan": np.multiply, "negative": np.negative, "pow": np.power,
    "real": np.real, "reciprocal": lambda x: 1 / x, "reciprocal_no_nan": lambda x: 1 / x, "rsqrt": lambda x: 1 / np.sqrt(x),
    "scalar_mul": np.multiply, "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "sin": np.sin, "sinh": np.sinh,
    "softplus": lambda x: np.logaddexp(0.0, x), "softsign": lambda x: x / (1 + np.abs(x)), "sqrt": np.sqrt,
    "square": np.square, "squared_difference": lambda x, y: (x - y) * np.conj(x - y), "subtract": np.subtract,
    "tan": np.tan, "tanh": np.tanh, "truediv": np.divide, "xdivy": np.divide, "xlog1py": lambda x, y: x * np.log1p(y),
    "xlogy": lambda x, y: x * np.log(y),
    "cumprod": lambda x: np.cumprod(x, 1), "cumsum": lambda x: np.cumsum(x, 1), "reduce_max": lambda x: x.max(1),
    "reduce_mean": lambda x: x.mean(1), "reduce_min": lambda x: x.min(1), "reduce_prod": lambda x: x.prod(1),
    "reduce_std": lambda x: x.std(1), "reduce_sum": lambda x: x.sum(1), "reduce_variance": lambda x: x.var(1),
    "reduce_euclidean_norm": lambda x: np.sqrt((np.abs(x) ** 2).sum(1)),
    "l2_normalize": lambda x: x / np.sqrt((np.abs(x) ** 2).sum(1, keepdims=True)),
}  # fmt: skip

TABLE = {}


def add(names, *inputs, **options):
    """A line for each name, with the closed form of the op where there is one."""
    make = options.pop("make", entry)
    for name in names.split():
        closed = options.get("numpy", NUMPY.get(name.partition("@")[0]))
        TABLE[name] = make(*inputs, **dict(options, numpy=closed))


def along_rows(op, x):
    return op(x, axis=1)


def backwards(op, x):
    return op(x, axis=1, exclusive=True, reverse=True)


def segments(op, x):
    return op(x, SEGMENTS)


def unsorted(op, x):
    return op(x, MIXED, 2)


# Of one number.
add(
    "abs asinh atan bessel_i0 bessel_i0e bessel_i1 bessel_i1e cos cosh erf erfc exp expm1 log_sigmoid negative sigmoid sin sinh "
    "softplus softsign special.bessel_j0 special.bessel_j1 special.dawsn special.fresnel_cos special.fresnel_sin square tanh",
    spread(4),
)
add(
    "digamma lgamma log log1p reciprocal reciprocal_no_nan rsqrt special.bessel_k0 special.bessel_k0e special.bessel_k1 "
    "special.bessel_k1e special.bessel_y0 special.bessel_y1 special.expint special.spence sqrt",
    spread(4, 1.0, 3.0),
)
add("acos asin atanh erfinv tan", spread(4, -0.7, 0.7), step=0.02)
add("acosh", spread(4, 1.5, 3.0), step=0.02)
add("erfcinv", spread(4, 0.4, 1.6), step=0.02)
add("ndtri", spread(4, 0.2, 0.8), step=0.01)
add("digamma@negative lgamma@negative", np.array([-0.5, -1.45, -2.6]), step=0.02)
add("log_sigmoid@large softplus@large", np.array([-30.0, 25.0, 15.0]))
add(
    "bessel_i0@zero bessel_i1@zero expm1@zero log1p@zero special.bessel_j0@zero special.bessel_j1@zero special.dawsn@zero "
    "special.fresnel_cos@zero special.fresnel_sin@zero",
    np.zeros(2),
)
add("special.spence@one", np.ones(2))

# Of two, broadcast.
add("add atan2 multiply multiply_no_nan squared_difference subtract", spread((3, 1)), spread(2, 0.9, 2.5, 1))
add("maximum minimum", spread((3, 1)), spread(2, -0.7, 0.8, 1))
add("divide divide_no_nan pow truediv xdivy xlog1py xlogy", spread((3, 1), 0.6, 2.0), spread(2, 1.0, 2.5, 1))
add("floormod mod", spread((3, 1), 5.0, 9.0), spread(2, 2.2, 3.1, 1), step=0.01)
add("nextafter", spread(3), spread(3, 2.0, 3.0, 1))
add("atan2@axes", np.array([0.0, 1.0, 0.0, -1.0]), np.array([1.0, 0.0, 1.5, 0.0]))
add("divide_no_nan@zero xdivy@zero xlog1py@zero xlogy@zero", np.array([0.0, 1.5]), np.array([2.0, 3.0]))
add("multiply_no_nan@zero", np.array([0.0, 1.5, 2.0]), np.array([2.0, 0.0, 3.0]))
add("squared_difference@equal", np.ones(2), np.ones(2))
add("pow@zero", np.zeros(2), call=lambda op, x: op(x, np.array([2.0, 3.0])), numpy=lambda x: x ** np.array([2, 3]))
add("scalar_mul", spread(()), spread(3))
add(
    "accumulate_n add_n",
    spread(3),
    spread(3, seed=1),
    call=lambda op, x, y: op([x, y, x]),
    numpy=lambda x, y: 2 * x + y,
)
add("polyval", spread(2), spread(2, seed=1), spread(2, seed=2), call=lambda op, a, b, x: op([a, b, a], x),
    numpy=lambda a, b, x: (a * x + b) * x + a)  # fmt: skip
add("betainc", spread(3, 0.3, 0.7), call=lambda op, x: op(A, B, x), step=0.02)
add("betainc@parameters", A, B, call=lambda op, a, b: op(a, b, np.array([0.3, 0.5, 0.7])))
add("igamma igammac", spread(3, 1.0, 3.0), call=lambda op, x: op(A, x))
add("igamma@parameter igammac@parameter", A, call=lambda op, a: op(a, np.array([1.3, 2.0, 2.5])))
add("polygamma", spread(3, 1.0, 3.0), call=lambda op, x: op(np.array([1.0, 2.0, 3.0]), x))
add("zeta", spread(3, 1.0, 3.0), call=lambda op, q: op(np.array([2.5, 3.0, 4.0]), q))
add("zeta@exponent", spread(3, 2.0, 4.0), call=lambda op, x: op(x, A))

# Along rows, or over segments.
add(
    "cumsum cumulative_logsumexp l2_normalize log_softmax reduce_euclidean_norm reduce_logsumexp reduce_max reduce_mean "
    "reduce_min reduce_std reduce_sum reduce_variance softmax",
    spread((2, 3)),
    call=along_rows,
)
add("cumprod reduce_prod", spread((2, 3), 0.6, 2.0), call=along_rows)
add("cumprod@backwards cumsum@backwards", spread((2, 3), 0.6, 2.0), call=backwards, numpy=None)
# The last column of the exclusive sum is that of nothing, minus infinity.
add("cumulative_logsumexp@backwards", spread((2, 3)), call=lambda op, x: backwards(op, x)[:, :2])
add("cumprod@zero reduce_prod@zero", np.array([[0.0, 1.5, 2.0], [1.2, 0.7, 0.0]]), call=along_rows)
add("log_softmax@large reduce_logsumexp@large softmax@large", 300.0 * spread((2, 3)), call=along_rows)
# At its minimum a gradient penalty hands down a gradient of zero, but not a second derivative of zero.
add("reduce_euclidean_norm@penalty", np.array([[0.6, 0.8]]), call=lambda op, x: (op(x, axis=1) - 1.0) ** 2,
    numpy=lambda x: (np.sqrt((x**2).sum(1)) - 1.0) ** 2)  # fmt: skip
add("reduce_variance@constant", np.ones((2, 3)), call=along_rows)
add("lbeta", spread((2, 3), 1.0, 3.0))
add("segment_max segment_mean segment_min segment_sum", spread((4, 2)), call=segments)
add("segment_prod", spread((4, 2), 0.6, 2.0), call=segments)
add("segment_prod@zero", np.array([0.0, 1.5, 2.0, 3.0]), call=segments)
add(
    "unsorted_segment_max unsorted_segment_mean unsorted_segment_min unsorted_segment_sqrt_n unsorted_segment_sum",
    spread((4, 2)),
    call=unsorted,
)
add("unsorted_segment_prod", spread((4, 2), 0.6, 2.0), call=unsorted)
add("unsorted_segment_prod@zero", np.array([0.0, 1.5, 2.0, 3.0]), call=unsorted)
add("top_k", spread((2, 4)), call=lambda op, x: op(x, k=2)[0])
add(
    "approx_max_k",
    spread(6),
    float32=True,
    step=0.02,
    call=lambda op, x: tf.sort(op(x, 2)[0]),
    numpy=lambda x: np.sort(x)[-2:],
)
add(
    "approx_min_k",
    spread(6),
    float32=True,
    step=0.02,
    call=lambda op, x: tf.sort(op(x, 2)[0]),
    numpy=lambda x: np.sort(x)[:2],
)
add("bincount", spread(4), call=lambda op, x: op(np.array([0, 1, 1, 2]), weights=x, dtype=tf.float64),
    numpy=lambda x: np.bincount([0, 1, 1, 2], x))  # fmt: skip
add("confusion_matrix", spread(4),
    call=lambda op, x: op([0, 1, 1, 0], [1, 0, 1, 1], num_classes=2, weights=x, dtype=tf.float64))  # fmt: skip

# Of complex numbers, given as real and imaginary parts.
AWAY = spread(3, 0.6, 1.6), spread(3, 0.4, 1.4, 1)
add("angle conj imag real", *AWAY, make=complex_entry)
add(
    "abs@complex acos@complex acosh@complex asin@complex asinh@complex atan@complex atanh@complex cos@complex cosh@complex "
    "exp@complex expm1@complex log@complex log1p@complex negative@complex reciprocal@complex reciprocal_no_nan@complex "
    "rsqrt@complex sigmoid@complex sin@complex sinh@complex sqrt@complex square@complex tan@complex tanh@complex",
    *AWAY,
    make=complex_entry,
)
add(
    "add@complex divide@complex divide_no_nan@complex multiply@complex multiply_no_nan@complex pow@complex "
    "squared_difference@complex subtract@complex xdivy@complex xlog1py@complex xlogy@complex",
    *(AWAY + (spread(3, 0.7, 1.7, 2), spread(3, 0.3, 1.2, 3))),
    make=complex_entry,
)
add(
    "cumprod@complex cumsum@complex l2_normalize@complex reduce_euclidean_norm@complex reduce_mean@complex "
    "reduce_prod@complex reduce_std@complex reduce_sum@complex reduce_variance@complex",
    spread((2, 3)),
    spread((2, 3), seed=1),
    make=complex_entry,
    call=along_rows,
)
ROWS = spread((4, 2), 0.5, 1.5), spread((4, 2), seed=1)
add("segment_mean@complex segment_prod@complex segment_sum@complex", *ROWS, make=complex_entry, call=segments)
add(
    "unsorted_segment_mean@complex unsorted_segment_prod@complex unsorted_segment_sqrt_n@complex "
    "unsorted_segment_sum@complex",
    *ROWS,
    make=complex_entry,
    call=unsorted,
)
