"""ASKS every release: makes the legs' virtualenvs, drives their workers, stores what they answer."""
