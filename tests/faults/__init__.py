"""What tfdrift survives, with figures: a short version of each in `nox -s tests` and `smoke`, the long one in `nox -s faults`."""
