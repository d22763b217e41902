"""Every op of tf.image that has derivatives gives the right first and second one, eagerly and in a graph.

Many of these compute in float32 whatever they get: their outputs are named so and have wider tolerances.

Oracle: numerical derivatives of the op's values, with an estimate of their own error; derived in ``_take.py``. Inputs and closed
forms in NumPy are in ``_table_image.py``. A gradient of None counts as zero, so that it is wrong where the derivative is not.

Source: API documentation of tf.image; Fornberg, "Generation of Finite Difference Formulas on Arbitrarily Spaced Grids" (1988).
"""

from cases.sweep import _take

PARAMS = {
    "op": (
        "adjust_brightness", "adjust_contrast", "adjust_gamma", "adjust_hue", "adjust_saturation", "central_crop",
        "convert_image_dtype", "crop_and_resize", "crop_and_resize@boxes", "crop_to_bounding_box",
        "draw_bounding_boxes", "extract_glimpse", "extract_patches", "flip_left_right", "flip_up_down",
        "grayscale_to_rgb", "hsv_to_rgb", "image_gradients", "pad_to_bounding_box", "per_image_standardization", "psnr",
        "resize@area", "resize@bicubic", "resize@bicubic_antialias", "resize@bilinear", "resize@bilinear_antialias",
        "resize@gaussian", "resize@lanczos3", "resize@lanczos5", "resize@mitchellcubic", "resize@nearest",
        "resize_with_crop_or_pad", "resize_with_pad", "rgb_to_grayscale", "rgb_to_hsv", "rgb_to_yiq", "rgb_to_yuv",
        "rot90", "sobel_edges", "ssim", "ssim_multiscale", "total_variation", "transpose", "yiq_to_rgb", "yuv_to_rgb",
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
            "crop_and_resize@boxes", "per_image_standardization", "resize@area", "resize@bicubic",
            "resize@bicubic_antialias", "resize@bilinear", "resize@bilinear_antialias", "resize@gaussian",
            "resize@lanczos3", "resize@lanczos5", "resize@mitchellcubic", "resize@nearest", "rgb_to_hsv", "rot90",
            "ssim", "ssim_multiscale",
        ),
    },
)  # fmt: skip
# As far as a numerical derivative can be trusted; of float32 its values have seven digits.
RTOL = {"first": 1e-7, "second": 1e-6, "first_float32": 1e-3, "second_float32": 1e-2}
ATOL = {"first": 1e-8, "second": 1e-7, "first_float32": 1e-3, "second_float32": 1e-2}


def oracle(op, order, mode):
    return _take.oracle("image", op, order, RTOL, ATOL)


def explanations(op, order, mode):
    return _take.explanations("image", op, order)


def build(op, order, mode):
    return _take.build("image", op, order, mode)
