"""Arithmetic that no release can get wrong: every result is representable, so that bits have to be equal everywhere."""
