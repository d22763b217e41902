"""What gradients cost: cases whose calls are timed as well as judged."""
