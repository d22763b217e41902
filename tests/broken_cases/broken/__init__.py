"""Cases that are broken on purpose."""
