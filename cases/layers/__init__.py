"""Keras layers, activations and optimizers against their definitions: values, gradients and the steps taken with them."""
