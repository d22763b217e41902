"""Measures of similarity have finite gradients where they are smooth: zero for equal images, and where MS-SSIM is cut off.

Oracle: SSIM and MS-SSIM of equal images are 1, their largest value, so that the gradient is 0. MS-SSIM of x and 1 - x, whose
covariance is minus their variance, is a product of powers of negative terms cut off at 0: 0 there and all around, so that the
gradient is 0. PSNR is -10 log10(e), e the mean of (x - y)^2 over n numbers: gradient -20 (x - y) / (n e ln 10). Total
variation is the sum of |differences| of neighbours: gradient the sum of their signs, each with its sign in the difference;
sign 0 = 0, the middle subgradient.

"NaN": the derivative of 0^p is infinite and is multiplied by the cut-off's 0.

Source: Wang et al., "Image quality assessment: from error visibility to structural similarity" (2004); documentation of
tf.image; tensorflow/tensorflow #50400 (NaN of MS-SSIM), #57353.
"""

import numpy as np
import tensorflow as tf

from cases.linalg import _take

PARAMS = {
    "op": ("ssim_equal", "ms_ssim_equal", "ms_ssim_negative", "psnr", "total_variation"),
    "how": ("eager_first", "graph_first"),
}
EXCLUDE = ({"how": "graph_first", "op": ("ssim_equal", "ms_ssim_equal", "psnr", "ms_ssim_negative")},)
RTOL = 1e-5  # float32
# Where the gradient is 0: the rounding of terms of size 1, over contrasts of some hundredths.
ATOL = {"gradient": 2e-5, "value": 1e-6}
TIME_LIMIT_S = 20.0


def inputs(op, how):
    random = np.random.RandomState(83)
    x = random.uniform(size=(1, 8, 8, 1))
    if op == "total_variation":
        x[0, 2:4, 2:5] = 0.5
    y = {"ms_ssim_negative": 1 - x, "psnr": random.uniform(size=x.shape)}.get(op, x)
    return np.float32(x), np.float32(y)


def oracle(op, how):
    x, y = (array.astype(np.float64) for array in inputs(op, how))
    if op == "psnr":
        error = ((x - y) ** 2).mean()
        return {"value": -10 * np.log10(error), "gradient": -20 * (x - y) / (x.size * error * np.log(10))}
    if op == "total_variation":
        gradient, value = np.zeros_like(x), 0.0
        for axis in (1, 2):
            difference = np.diff(x, axis=axis)
            signs = np.sign(difference)
            value += np.abs(difference).sum()
            before = [(0, 0)] * 4
            before[axis] = (1, 0)
            after = [(0, 0)] * 4
            after[axis] = (0, 1)
            gradient += np.pad(signs, before, "constant") - np.pad(signs, after, "constant")
        return {"value": value, "gradient": gradient}
    return {"value": 0.0 if op == "ms_ssim_negative" else 1.0, "gradient": np.zeros(x.shape)}


def explanations(op, how):
    return {"NaN": {"gradient": np.full((1, 8, 8, 1), np.nan)}} if op == "ms_ssim_negative" else {}


def build(op, how):
    x, y = inputs(op, how)
    y = tf.constant(y)

    def function(x):
        return {
            "ssim_equal": lambda: tf.image.ssim(x, y, 1.0, filter_size=3),
            "ms_ssim_equal": lambda: tf.image.ssim_multiscale(x, y, 1.0, power_factors=(0.4, 0.6), filter_size=3),
            "ms_ssim_negative": lambda: tf.image.ssim_multiscale(x, y, 1.0, power_factors=(0.4, 0.6), filter_size=3),
            "psnr": lambda: tf.image.psnr(x, y, 1.0),
            "total_variation": lambda: tf.image.total_variation(x),
        }[op]()[0]

    return _take.answers(function, how, x)
