"""Every op of tf.linalg that has derivatives gives the right first and second one, eagerly and in a graph.

Asked too of complex matrices, and where a rule has to take care: singular, non-square, with repeated eigenvalues.
Of eigenvectors and singular vectors only what is determined: squares of absolute values, and U V^H.

Oracle: numerical derivatives of the op's values, with an estimate of their own error; derived in ``_take.py``. Inputs and closed
forms in NumPy are in ``_table_linalg.py``. A gradient of None counts as zero, so that it is wrong where the derivative is not.

Source: API documentation of tf.linalg; Fornberg, "Generation of Finite Difference Formulas on Arbitrarily Spaced Grids" (1988).
"""

from cases.sweep import _take

PARAMS = {
    "op": (
        "adjoint", "adjoint@complex", "band_part", "banded_triangular_solve", "cholesky", "cholesky@complex",
        "cholesky_solve", "cholesky_solve@complex", "cross", "det", "det@complex", "det@singular", "diag", "diag@band",
        "diag_part", "diag_part@band", "eig", "eig@complex", "eigh", "eigh@complex", "eigh@repeated",
        "eigh_tridiagonal", "eigvals", "eigvals@complex", "eigvalsh", "eigvalsh@complex", "eigvalsh@repeated", "einsum",
        "einsum@complex", "einsum@ellipsis", "einsum@repeated", "einsum@trace", "experimental.conjugate_gradient",
        "expm", "expm@complex", "expm@zero", "global_norm", "inv", "inv@adjoint", "inv@complex", "logdet",
        "logm@complex", "lstsq", "lstsq@regularized", "lstsq@slow", "lstsq@wide", "lu", "lu@complex",
        "lu_matrix_inverse", "lu_reconstruct", "lu_solve", "matmul", "matmul@batch", "matmul@complex",
        "matrix_transpose", "matvec", "norm", "norm@1", "norm@3", "norm@complex", "norm@inf", "normalize", "pinv",
        "pinv@complex", "pinv@wide", "qr", "qr@complex", "qr@full", "qr@wide", "set_diag", "set_diag@band", "slogdet",
        "slogdet@complex", "solve", "solve@adjoint", "solve@complex", "sqrtm", "sqrtm@complex", "sqrtm@identity", "svd",
        "svd@complex", "svd@complex_values", "svd@identity", "svd@repeated", "svd@values", "svd@wide", "tensor_diag",
        "tensor_diag_part", "tensordot", "trace", "triangular_solve", "triangular_solve@adjoint",
        "triangular_solve@complex", "tridiagonal_matmul", "tridiagonal_solve",
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
            "adjoint@complex", "cholesky@complex", "cholesky_solve@complex", "det@complex", "det@singular", "diag@band",
            "diag_part@band", "eig", "eig@complex", "eigh", "eigh@complex", "eigh@repeated", "eigh_tridiagonal",
            "eigvals@complex", "eigvalsh@complex", "eigvalsh@repeated", "einsum@complex", "einsum@ellipsis",
            "einsum@repeated", "einsum@trace", "experimental.conjugate_gradient", "expm", "expm@complex", "expm@zero",
            "inv@adjoint", "inv@complex", "logm@complex", "lstsq@regularized", "lstsq@slow", "lstsq@wide", "lu@complex",
            "matmul@batch", "matmul@complex", "norm@1", "norm@3", "norm@complex", "norm@inf", "pinv@complex",
            "pinv@wide", "qr@complex", "qr@full", "qr@wide", "set_diag@band", "slogdet@complex", "solve@adjoint",
            "solve@complex", "sqrtm@complex", "sqrtm@identity", "svd@complex", "svd@complex_values", "svd@identity",
            "svd@repeated", "svd@values", "svd@wide", "triangular_solve@adjoint", "triangular_solve@complex",
        ),
    },
)  # fmt: skip
# As far as a numerical derivative can be trusted; of float32 its values have seven digits.
RTOL = {"first": 1e-7, "second": 1e-6, "first_float32": 1e-3, "second_float32": 1e-2}
ATOL = {"first": 1e-8, "second": 1e-7, "first_float32": 1e-3, "second_float32": 1e-2}


def oracle(op, order, mode):
    return _take.oracle("linalg", op, order, RTOL, ATOL)


def explanations(op, order, mode):
    return _take.explanations("linalg", op, order)


def build(op, order, mode):
    return _take.build("linalg", op, order, mode)
