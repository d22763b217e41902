"""Jacobians by example, ``GradientTape.batch_jacobian``: the diagonal of the whole one where examples are independent."""
