"""What several tests need."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))


@pytest.fixture
def standin() -> dict[str, str]:
    """An environment in which ``import tensorflow`` finds the stand-in of ``tests/standin``."""
    return {"PYTHONPATH": f"{HERE.parent}:{HERE / 'standin'}"}
