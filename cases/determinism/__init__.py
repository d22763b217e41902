"""The same program twice: the same bits, the same random numbers, or the refusal that is documented."""
