"""Gradients through resizing, cropping, colours, patches and measures of similarity."""
