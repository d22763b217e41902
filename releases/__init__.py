"""Which TensorFlow releases there are to ask, how each is pinned, and which Python can run it."""
