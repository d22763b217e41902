"""Every op of tf.signal that has derivatives gives the right first and second one, eagerly and in a graph.

Asked too of transforms that are longer or shorter than their input, or odd.

Oracle: numerical derivatives of the op's values, with an estimate of their own error; derived in ``_take.py``. Inputs and closed
forms in NumPy are in ``_table_signal.py``. A gradient of None counts as zero, so that it is wrong where the derivative is not.

Source: API documentation of tf.signal; Fornberg, "Generation of Finite Difference Formulas on Arbitrarily Spaced Grids" (1988).
"""

from cases.sweep import _take

PARAMS = {
    "op": (
        "dct", "dct@1", "dct@3", "dct@4", "dct@ortho", "dct@padded", "fft", "fft2d", "fft3d", "fftnd", "fftshift",
        "frame", "idct", "idct@ortho", "ifft", "ifft2d", "ifft3d", "ifftnd", "ifftshift", "inverse_mdct",
        "inverse_stft", "irfft", "irfft2d", "irfft2d@cropped", "irfft2d@odd", "irfft2d@padded", "irfft3d",
        "irfft@cropped", "irfft@odd", "irfft@padded", "irfftnd", "kaiser_bessel_derived_window", "kaiser_window",
        "kaiser_window@zero", "mdct", "mfccs_from_log_mel_spectrograms", "overlap_and_add", "rfft", "rfft2d",
        "rfft2d@cropped", "rfft2d@odd", "rfft2d@padded", "rfft3d", "rfft@cropped", "rfft@even", "rfft@padded", "rfftnd",
        "stft",
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
            "dct", "dct@1", "dct@3", "dct@4", "dct@ortho", "dct@padded", "idct@ortho", "inverse_mdct", "inverse_stft",
            "irfft2d@cropped", "irfft2d@odd", "irfft2d@padded", "irfft@cropped", "irfft@odd", "irfft@padded",
            "kaiser_bessel_derived_window", "kaiser_window@zero", "mdct", "rfft2d", "rfft2d@cropped", "rfft2d@odd",
            "rfft2d@padded", "rfft@cropped", "rfft@even", "rfft@padded", "stft",
        ),
    },
)  # fmt: skip
# As far as a numerical derivative can be trusted; of float32 its values have seven digits.
RTOL = {"first": 1e-7, "second": 1e-6, "first_float32": 1e-3, "second_float32": 1e-2}
ATOL = {"first": 1e-8, "second": 1e-7, "first_float32": 1e-3, "second_float32": 1e-2}


def oracle(op, order, mode):
    return _take.oracle("signal", op, order, RTOL, ATOL)


def explanations(op, order, mode):
    return _take.explanations("signal", op, order)


def build(op, order, mode):
    return _take.build("signal", op, order, mode)
