"""Inputs for the ops of tf.image; ``name@what`` asks the same op of other inputs. Many compute in float32 whatever they get."""

import numpy as np
import tensorflow as tf

from cases.sweep._take import entry, spread

IMAGE = spread((1, 4, 5, 3), 0.1, 0.9)
# Channels in the same order everywhere, for what asks which is the largest.
COLOURS = spread((1, 2, 2, 3), 0.0, 0.15) + np.array([0.6, 0.1, 0.35])
HSV = spread((1, 2, 2, 3), 0.0, 0.05) + np.array([0.22, 0.4, 0.5])
BOXES = np.array([[[0.1, 0.2, 0.6, 0.9]]])
YUV = np.array([[0.299, -0.14714119, 0.61497538], [0.587, -0.28886916, -0.51496512], [0.114, 0.43601035, -0.10001026]])
YIQ = np.array([[0.299, 0.59590059, 0.2115], [0.587, -0.27455667, -0.52273617], [0.114, -0.32134392, 0.31119955]])


def cropped(image, boxes):
    """Two rows and three columns of a box whose corners are in parts of the image, each between its four pixels."""
    y1, x1, y2, x2 = boxes[0] * (np.array(image.shape)[[1, 2, 1, 2]] - 1)
    found = np.empty((1, 2, 3, image.shape[3]))
    for row, y in enumerate(np.linspace(y1, y2, 2)):
        for column, x in enumerate(np.linspace(x1, x2, 3)):
            (a, s), (b, t) = ((int(at), at - int(at)) for at in (y, x))
            upper, lower = ((1 - t) * image[0, at, b] + t * image[0, at, b + 1] for at in (a, a + 1))
            found[0, row, column] = (1 - s) * upper + s * lower
    return found


def float32(*inputs, **options):
    return entry(*inputs, float32=True, **options)


def resized(method, **options):
    # Linear in the image, so the step may be long.
    return float32(IMAGE, call=lambda op, x: op(x, [6, 3], method=method, **options), step=1.0)


TABLE = {
    "adjust_brightness": entry(IMAGE, call=lambda op, x: op(x, 0.1), numpy=lambda x: x + 0.1),
    "adjust_contrast": float32(IMAGE, call=lambda op, x: op(x, 1.7), step=1.0, numpy=lambda x: (
        (x - x.mean((1, 2), keepdims=True)) * 1.7 + x.mean((1, 2), keepdims=True))),
    "adjust_gamma": entry(IMAGE + 0.5, call=lambda op, x: op(x, 1.7, 0.8), numpy=lambda x: 0.8 * x**1.7),
    "adjust_hue": float32(COLOURS, call=lambda op, x: op(x, 0.1), step=0.02),
    "adjust_saturation": float32(COLOURS, call=lambda op, x: op(x, 0.7), step=0.02),
    "central_crop": entry(IMAGE, call=lambda op, x: op(x, 0.5)),
    "convert_image_dtype": entry(IMAGE, call=lambda op, x: op(x, tf.float64), numpy=lambda x: x),
    "crop_and_resize": float32(IMAGE, call=lambda op, x: op(x, BOXES[0].astype(np.float32), [0], [3, 2]), step=1.0),
    "crop_and_resize@boxes": float32(
        IMAGE, np.array([[0.12, 0.2, 0.63, 0.91]]), call=lambda op, x, boxes: op(x, boxes, [0], [2, 3]), step=0.01,
        numpy=cropped),
    "crop_to_bounding_box": entry(IMAGE, call=lambda op, x: op(x, 1, 2, 2, 3), numpy=lambda x: x[:, 1:3, 2:5]),
    "draw_bounding_boxes": float32(IMAGE, step=1.0, call=lambda op, x: (
        op(x, BOXES.astype(np.float32), np.array([[0.3, 0.4, 0.5]], np.float32)))),
    "extract_glimpse": float32(IMAGE, step=1.0, call=lambda op, x: op(x, [2, 3], np.array([[0.1, -0.1]], np.float32))),
    "extract_patches": entry(IMAGE, call=lambda op, x: op(x, [1, 2, 3, 1], [1, 1, 2, 1], [1, 2, 1, 1], "SAME")),
    "flip_left_right": entry(IMAGE, numpy=lambda x: x[:, :, ::-1]),
    "flip_up_down": entry(IMAGE, numpy=lambda x: x[:, ::-1]),
    "grayscale_to_rgb": entry(spread((1, 2, 3, 1)), numpy=lambda x: np.repeat(x, 3, -1)),
    "hsv_to_rgb": entry(HSV, step=0.01),
    "image_gradients": entry(IMAGE),
    "pad_to_bounding_box": entry(IMAGE, call=lambda op, x: op(x, 1, 0, 6, 7)),
    "per_image_standardization": float32(IMAGE, step=0.1, numpy=lambda x: (
        (x - x.mean((1, 2, 3), keepdims=True)) / x.std((1, 2, 3), keepdims=True))),
    "psnr": float32(IMAGE, spread((1, 4, 5, 3), 0.1, 0.9, 1), call=lambda op, x, y: op(x, y, 1.0), step=0.1, numpy=lambda x, y: (
        -10 / np.log(10) * np.log(((x - y) ** 2).mean((1, 2, 3))))),
    "resize@area": resized("area"),
    "resize@bicubic": resized("bicubic"),
    "resize@bicubic_antialias": resized("bicubic", antialias=True),
    "resize@bilinear": resized("bilinear"),
    "resize@bilinear_antialias": resized("bilinear", antialias=True),
    "resize@gaussian": resized("gaussian"),
    "resize@lanczos3": resized("lanczos3"),
    "resize@lanczos5": resized("lanczos5", antialias=True),
    "resize@mitchellcubic": resized("mitchellcubic"),
    "resize@nearest": resized("nearest"),
    "resize_with_crop_or_pad": entry(IMAGE, call=lambda op, x: op(x, 6, 3)),
    "resize_with_pad": float32(IMAGE, call=lambda op, x: op(x, 6, 6), step=1.0),
    "rgb_to_grayscale": float32(IMAGE, step=1.0, numpy=lambda x: (x @ np.array([0.2989, 0.587, 0.114]))[..., None]),
    "rgb_to_hsv": entry(COLOURS, step=0.01),
    "rgb_to_yiq": entry(IMAGE, numpy=lambda x: x @ YIQ),
    "rgb_to_yuv": entry(IMAGE, numpy=lambda x: x @ YUV),
    "rot90": entry(IMAGE, numpy=lambda x: np.rot90(x, axes=(1, 2))),
    "sobel_edges": entry(IMAGE),
    "ssim": float32(spread((1, 4, 5, 1), 0.1, 0.9), spread((1, 4, 5, 1), 0.1, 0.9, 1), call=lambda op, x, y: (
        op(x, y, 1.0, filter_size=3)), step=0.05),
    "ssim_multiscale": float32(spread((1, 8, 8, 1), 0.1, 0.9), spread((1, 8, 8, 1), 0.1, 0.9), call=lambda op, x, y: (
        op(x, 0.9 * x + 0.1 * y, 1.0, (0.4, 0.6), filter_size=3)), step=0.1),
    "total_variation": entry(spread((1, 4, 5, 3), -10.0, 10.0)),
    "transpose": entry(IMAGE, numpy=lambda x: np.transpose(x, (0, 2, 1, 3))),
    "yiq_to_rgb": entry(IMAGE),
    "yuv_to_rgb": entry(IMAGE),
}  # fmt: skip
