"""A stand-in for TensorFlow, so that the supervisor is tested without one: what the worker touches, and no more."""

import types

__version__ = "2.99.0"
keras = types.SimpleNamespace(__version__="9.9.9", layers=types.SimpleNamespace(Dense=object))
autograph = types.SimpleNamespace(to_graph=lambda function: function)
