"""Jacobians of a whole target by ``GradientTape.jacobian``: shapes, values, types and what it refuses."""
