"""Single ops element by element and reductions: first and second derivatives where the mathematics is clear."""
