"""Every op that has derivatives, one after the other, beside numerical derivatives of the same release's values."""
