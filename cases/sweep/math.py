"""Every op of tf.math that has derivatives gives the right first and second one, eagerly and in a graph.

Asked too where a rule has to take care: at zeros, at removable singularities, far out, and of complex numbers, whose gradients
are those of the real and the imaginary part.

Oracle: numerical derivatives of the op's values, with an estimate of their own error; derived in ``_take.py``. Inputs and closed
forms in NumPy are in ``_table_math.py``. A gradient of None counts as zero, so that it is wrong where the derivative is not.

Source: API documentation of tf.math; Fornberg, "Generation of Finite Difference Formulas on Arbitrarily Spaced Grids" (1988).
"""

from cases.sweep import _take

PARAMS = {
    "op": (
        "abs", "abs@complex", "accumulate_n", "acos", "acos@complex", "acosh", "acosh@complex", "add", "add@complex",
        "add_n", "angle", "approx_max_k", "approx_min_k", "asin", "asin@complex", "asinh", "asinh@complex", "atan",
        "atan2", "atan2@axes", "atan@complex", "atanh", "atanh@complex", "bessel_i0", "bessel_i0@zero", "bessel_i0e",
        "bessel_i1", "bessel_i1@zero", "bessel_i1e", "betainc", "betainc@parameters", "bincount", "confusion_matrix",
        "conj", "cos", "cos@complex", "cosh", "cosh@complex", "cumprod", "cumprod@backwards", "cumprod@complex",
        "cumprod@zero", "cumsum", "cumsum@backwards", "cumsum@complex", "cumulative_logsumexp",
        "cumulative_logsumexp@backwards", "digamma", "digamma@negative", "divide", "divide@complex", "divide_no_nan",
        "divide_no_nan@complex", "divide_no_nan@zero", "erf", "erfc", "erfcinv", "erfinv", "exp", "exp@complex",
        "expm1", "expm1@complex", "expm1@zero", "floormod", "igamma", "igamma@parameter", "igammac",
        "igammac@parameter", "imag", "l2_normalize", "l2_normalize@complex", "lbeta", "lgamma", "lgamma@negative",
        "log", "log1p", "log1p@complex", "log1p@zero", "log@complex", "log_sigmoid", "log_sigmoid@large", "log_softmax",
        "log_softmax@large", "maximum", "minimum", "mod", "multiply", "multiply@complex", "multiply_no_nan",
        "multiply_no_nan@complex", "multiply_no_nan@zero", "ndtri", "negative", "negative@complex", "nextafter",
        "polygamma", "polyval", "pow", "pow@complex", "pow@zero", "real", "reciprocal", "reciprocal@complex",
        "reciprocal_no_nan", "reciprocal_no_nan@complex", "reduce_euclidean_norm", "reduce_euclidean_norm@complex",
        "reduce_euclidean_norm@penalty",
        "reduce_logsumexp", "reduce_logsumexp@large", "reduce_max", "reduce_mean", "reduce_mean@complex", "reduce_min",
        "reduce_prod", "reduce_prod@complex", "reduce_prod@zero", "reduce_std", "reduce_std@complex", "reduce_sum",
        "reduce_sum@complex", "reduce_variance", "reduce_variance@complex", "reduce_variance@constant", "rsqrt",
        "rsqrt@complex", "scalar_mul", "segment_max", "segment_mean", "segment_mean@complex", "segment_min",
        "segment_prod", "segment_prod@complex", "segment_prod@zero", "segment_sum", "segment_sum@complex", "sigmoid",
        "sigmoid@complex", "sin", "sin@complex", "sinh", "sinh@complex", "softmax", "softmax@large", "softplus",
        "softplus@large", "softsign", "special.bessel_j0", "special.bessel_j0@zero", "special.bessel_j1",
        "special.bessel_j1@zero", "special.bessel_k0", "special.bessel_k0e", "special.bessel_k1", "special.bessel_k1e",
        "special.bessel_y0", "special.bessel_y1", "special.dawsn", "special.dawsn@zero", "special.expint",
        "special.fresnel_cos", "special.fresnel_cos@zero", "special.fresnel_sin", "special.fresnel_sin@zero",
        "special.spence", "special.spence@one", "sqrt", "sqrt@complex", "square", "square@complex",
        "squared_difference", "squared_difference@complex", "squared_difference@equal", "subtract", "subtract@complex",
        "tan", "tan@complex", "tanh", "tanh@complex", "top_k", "truediv", "unsorted_segment_max",
        "unsorted_segment_mean", "unsorted_segment_mean@complex", "unsorted_segment_min", "unsorted_segment_prod",
        "unsorted_segment_prod@complex", "unsorted_segment_prod@zero", "unsorted_segment_sqrt_n",
        "unsorted_segment_sqrt_n@complex", "unsorted_segment_sum", "unsorted_segment_sum@complex", "xdivy",
        "xdivy@complex", "xdivy@zero", "xlog1py", "xlog1py@complex", "xlog1py@zero", "xlogy", "xlogy@complex",
        "xlogy@zero", "zeta", "zeta@exponent",
    ),
    "order": ("first", "second"),
    "mode": ("eager", "graph"),
}  # fmt: skip
# In a graph the second order is asked, which gives the first as well; of most ops once, and not of those that take long to trace.
EXCLUDE = (
    {"order": "first", "mode": "graph"},
    {
        "mode": "graph",
        "op": (
            "abs@complex", "acos@complex", "acosh@complex", "add@complex", "asin@complex", "asinh@complex",
            "atan2@axes", "atan@complex", "atanh@complex", "bessel_i0@zero", "bessel_i1@zero", "betainc@parameters",
            "cos@complex", "cosh@complex", "cumprod@backwards", "cumprod@complex", "cumprod@zero", "cumsum@backwards",
            "cumsum@complex", "cumulative_logsumexp@backwards", "digamma@negative", "divide@complex",
            "divide_no_nan@complex", "divide_no_nan@zero", "exp@complex", "expm1@complex", "expm1@zero",
            "igamma@parameter", "igammac@parameter", "l2_normalize@complex", "lgamma@negative", "log1p@complex",
            "log1p@zero", "log@complex", "log_sigmoid@large", "log_softmax@large", "multiply@complex",
            "multiply_no_nan@complex", "multiply_no_nan@zero", "negative@complex", "pow@complex", "pow@zero",
            "reciprocal@complex", "reciprocal_no_nan@complex", "reduce_euclidean_norm@complex",
            "reduce_euclidean_norm@penalty",
            "reduce_logsumexp@large", "reduce_mean@complex", "reduce_prod@complex", "reduce_prod@zero",
            "reduce_std@complex", "reduce_sum@complex", "reduce_variance@complex", "reduce_variance@constant",
            "rsqrt@complex", "segment_mean@complex", "segment_prod@complex", "segment_prod@zero", "segment_sum@complex",
            "sigmoid@complex", "sin@complex", "sinh@complex", "softmax@large", "softplus@large",
            "special.bessel_j0@zero", "special.bessel_j1@zero", "special.dawsn@zero", "special.fresnel_cos@zero",
            "special.fresnel_sin@zero", "special.spence@one", "sqrt@complex", "square@complex",
            "squared_difference@complex", "squared_difference@equal", "subtract@complex", "tan@complex", "tanh@complex",
            "unsorted_segment_mean@complex", "unsorted_segment_prod@complex", "unsorted_segment_prod@zero",
            "unsorted_segment_sqrt_n@complex", "unsorted_segment_sum@complex", "xdivy@complex", "xdivy@zero",
            "xlog1py@complex", "xlog1py@zero", "xlogy@complex", "xlogy@zero", "zeta@exponent",
        ),
    },
)  # fmt: skip
# As far as a numerical derivative can be trusted; of float32 its values have seven digits.
RTOL = {"first": 1e-7, "second": 1e-6, "first_float32": 1e-3, "second_float32": 1e-2}
ATOL = {"first": 1e-8, "second": 1e-7, "first_float32": 1e-3, "second_float32": 1e-2}


def oracle(op, order, mode):
    return _take.oracle("math", op, order, RTOL, ATOL)


def explanations(op, order, mode):
    return _take.explanations("math", op, order)


def build(op, order, mode):
    return _take.build("math", op, order, mode)
