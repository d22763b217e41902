"""What asks real releases: nox -s smoke. A package, so that its files may be named as those beside it are."""
