"""Gradients through convolutions and pooling with strides, dilations, groups and paddings."""
