"""A small world for the tests of reports/: three cases, a table of few releases, and a store of made-up answers."""

import functools
from pathlib import Path

from cases import _catalog
from cases._record import make_record
from matrix.store import Store
from reports.axis import Axis
from reports.observed import Place, Questions, observe

CASES = {
    "losses/decorated.py": '"""A claim."""\nPARAMS = {"loss": ("plain", "decorated"), "loop": ("eager", "graph", "fit")}\n',
    "losses/late.py": '"""Another."""\nPARAMS = {"n": (1, 2)}\nSINCE = "2.2"\n',
    "tape/traces.py": '"""A count."""\nTRACK = ("traces",)\n',
}
MINORS = ("2.0", "2.1", "2.2", "2.3")
CANDIDATE = "2.4.0rc0"
PAIRS = (("3.10", ""), ("3.7", ""), ("3.10", "tfkeras"))
LEGS = {
    "2.0": PAIRS[1:2],
    "2.1": PAIRS[:2],
    "2.2": PAIRS[:2],
    "2.3": PAIRS,
    CANDIDATE: (PAIRS[0], PAIRS[2]),
}
AXIS = Axis(MINORS, (CANDIDATE,), ("3.10", "3.7"), LEGS)
VERSIONS = {"python": "3.10.13", "tensorflow": "2.3.1", "keras": "2.3.0", "numpy": "1.19.5", "protobuf": "3.20.3"}


def place(position: str, lane: str = "3.10", variant: str = "") -> Place:
    """A leg of the small table."""
    release = position if position == CANDIDATE else f"{position}.1"
    return Place(f"tf{release}-py{lane}{'-' + variant if variant else ''}", release, position, lane, variant)


PLACES = {
    found.leg: found
    for position in AXIS.positions
    for found in sorted(
        (place(position, *pair) for pair in LEGS[position]), key=lambda one: (len(one.lane), one.variant)
    )
}


def questions(root: Path) -> Questions:
    """The three cases, written below ``root`` and read as the catalogue reads them."""
    for path, source in CASES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(source, encoding="utf-8")
    return Questions.of(_catalog.catalog(str(root)))


def catalogue_at(monkeypatch, root: Path) -> Questions:
    """Make the small catalogue the one that everybody reads."""
    found = questions(root)
    monkeypatch.setattr(_catalog, "catalog", functools.partial(_catalog.catalog, str(root)))
    return found


def write(store: Store, asked: Questions, leg: str, case: str, answers=None, **header) -> None:
    """One unit: every point matches unless ``answers`` gives ``{point: fields of its record}``."""
    records = []
    for params in _catalog.points(asked.cases[case]):
        fields = {"outcome": "match", **(answers or {}).get(",".join(f"{k}={v}" for k, v in params.items()), {})}
        records.append(make_record(leg, case, params, **fields))
    digests = dict(zip(("case", "shared"), _catalog.sources(asked.cases[case]), strict=True))
    store.write(
        {
            **{"leg": leg, "case": case, "case_version": 1, "fingerprint": digests, "versions": VERSIONS},
            **{"machine": {}, "settings": {}, "started": "2026-11-20T21:00:00Z", "elapsed_s": 0.1},
            **header,
        },
        records,
    )


def count(observed: int, expected: int = 1) -> dict:
    """The outputs of a case that counts traces."""
    values = [{"dtype": "int64", "shape": [], "values": [number]} for number in (observed, expected)]
    agrees = observed == expected
    errors = {"max_abs_err": None, "max_rel_err": None, "non_finite": 0}
    return {"traces": {"agrees": agrees, "observed": values[0], "expected": values[1], **errors}}


def read(store: Store, asked: Questions):
    """What the report sees of the store."""
    return observe(store.units(), asked, PLACES)
