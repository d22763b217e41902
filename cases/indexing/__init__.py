"""Gathers, scatters, segments, sparse and ragged ops: gradients and second derivatives of what they compute."""
