"""A record that was altered in any way is named, and never read as if it were right."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from cases._record import RecordError, dump_unit, load_unit, make_record
from reports import quick
from tests.faults.tally import many, survived


def unit() -> bytes:
    """A unit of three records with numbers, text and what JSON lacks."""
    value = {"dtype": "float32", "shape": [2], "values": [1.5, "nan"]}
    output = {
        "agrees": True,
        "observed": value,
        "expected": value,
        "max_abs_err": 0.0,
        "max_rel_err": None,
        "non_finite": 1,
    }
    records = [
        make_record("tf2.15.1-py3.10", "tape.reset", {"mode": mode}, "match", outputs={"dx": output}, message="µ\n")
        for mode in ("eager", "graph", "jit")
    ]
    header = {"leg": "tf2.15.1-py3.10", "case": "tape.reset", "case_version": 1, "fingerprint": {"case": "0" * 16}}
    header.update(versions={"tensorflow": "2.15.1"}, machine={"cores": 2}, settings={}, started="2026-11-20T21:00:00Z")
    return dump_unit({**header, "elapsed_s": 0.5}, records)


def flip(data: bytearray, luck: random.Random) -> bytes:
    for _ in range(luck.choice((1, 1, 2, 8))):
        data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
    return bytes(data)


def truncate(data: bytearray, luck: random.Random) -> bytes:
    return bytes(data[: luck.randrange(len(data))])


def zero(data: bytearray, luck: random.Random) -> bytes:
    start = luck.randrange(len(data))
    length = min(luck.choice((1, 16, 512, 4096)), len(data) - start)
    return bytes(data[:start]) + b"\0" * length + bytes(data[start + length :])


def shuffle_lines(data: bytearray, luck: random.Random) -> bytes:
    lines = bytes(data).splitlines(keepends=True)
    deed = luck.choice(("drop", "double", "swap"))
    one, other = luck.sample(range(len(lines)), 2)
    if deed == "drop":
        del lines[one]
    elif deed == "double":
        lines.insert(one, lines[other])
    else:
        lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def insert(data: bytearray, luck: random.Random) -> bytes:
    place = luck.randrange(len(data) + 1)
    return bytes(data[:place]) + luck.choice((b"\n", b" ", b"\0", b"0", b'"', b"{}\n", b"\xff")) + bytes(data[place:])


@pytest.mark.parametrize("damage", [flip, truncate, zero, shuffle_lines, insert])
@pytest.mark.parametrize("load", [load_unit, quick.load])
def test_corruption(damage: Callable[[bytearray, random.Random], bytes], load: Callable[[bytes], object]) -> None:
    whole = unit()
    luck = random.Random(damage.__name__)
    load(whole)
    times = many(200, 2000)
    for _ in range(times):
        altered = damage(bytearray(whole), luck)
        if altered == whole:  # two flips of one bit are none
            continue
        with pytest.raises(RecordError, match=r"."):
            load(altered)
    survived(
        f"{damage.__name__.replace('_', ' ')} at random, read by {load.__module__}", times, "refused, with the reason"
    )
