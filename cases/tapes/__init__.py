"""Several tapes at once: each records for itself, however they overlap."""
