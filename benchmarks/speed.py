"""The benchmarks of cases/speed/. Two lines, so that asv finds them quickly: see benchmarks/__init__.py."""

from benchmarks import _adapter

globals().update(_adapter.family("speed"))
