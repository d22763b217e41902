"""Gradients through Fourier and cosine transforms and frames: linear maps, whose gradient is the adjoint matrix."""
