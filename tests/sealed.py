"""Units whose content was changed on purpose, and whose checksum is right all the same."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def sealed(header: dict[str, Any], body: bytes) -> bytes:
    """The bytes of a unit with this header, whatever it holds, and these lines."""
    blank = json.dumps({**header, "sha256": "0" * 64}).encode() + b"\n" + body
    return blank.replace(b"0" * 64, hashlib.sha256(blank).hexdigest().encode(), 1)
