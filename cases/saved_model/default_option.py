"""Saving keeps custom gradients unless it is told not to: ``SaveOptions().experimental_custom_gradients`` is True.

Oracle: the documentation, "Defaults to True". The other answer is False, under which a model that is saved without options
cannot be differentiated where it is loaded.

Source: documentation of tf.saved_model.SaveOptions.
"""

import tensorflow as tf

from cases import _compat

PARAMS = {"option": ("default", "saved", "not_saved")}


def oracle(option):
    return {"kept": option != "not_saved"}


def explanations(option):
    return {"not kept by default": {"kept": False}}


def build(option):
    options = _compat.save_options({"default": True, "saved": True, "not_saved": False}[option])
    if option == "default":
        options = tf.saved_model.SaveOptions()
    return lambda: {"kept": bool(options.experimental_custom_gradients)}
