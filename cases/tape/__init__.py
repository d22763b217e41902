"""Control of the tape: what it records, what it forgets, what it gives for what it never saw."""
