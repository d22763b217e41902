"""What a SavedModel keeps of a gradient that a user wrote."""
