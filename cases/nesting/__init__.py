"""Tapes within tapes: derivatives of higher order."""
