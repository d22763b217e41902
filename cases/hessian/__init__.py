"""Hessians as the Jacobian of a gradient, and the Newton steps that use them."""
