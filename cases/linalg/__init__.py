"""Gradients through matrix functions: products, solutions, factorizations, at equal eigenvalues, with complex numbers."""
