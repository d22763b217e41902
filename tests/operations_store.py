"""A small sweep of made-up answers, for the tests of the page's table of operations."""

from pathlib import Path

from small_store import AXIS, VERSIONS, place

from cases import _catalog
from reports import evidence, performance, verdicts
from reports.ledger import Ledger
from reports.observed import Behaviour, Observed, Questions, Row, Rows
from reports.page.render import page
from reports.upgrade import Comparer

MINORS = ("2.1", "2.2", "2.3")
SWEEP = """\
\"\"\"A sweep.\"\"\"
PARAMS = {
    "op": ("abs", "fft", "pow@zero", "tanh"), "order": ("first", "second"), "mode": ("eager", "graph"),
}
EXCLUDE = ({"order": "first", "mode": "graph"},)
"""
THIRD = '"""Third derivatives."""\nPARAMS = {"op": ("math.tanh",), "mode": ("eager", "graph")}\n'
COVERAGE = '"""All names."""\nPARAMS = {"namespace": ("math",)}\n'
REFUSED = Behaviour("raised", error_type="LookupError"), "gradient registry has no entry"
NAN = Behaviour("mismatch", "NaN second derivative"), "second: float64 nan where float64 1.0 is right"
FIRST = Behaviour("mismatch"), "first_float32: float64 1.0 where float64 2.0 is right"
NO_THIRD = Behaviour("mismatch", "NaN derivative"), "third: float64 nan where float64 1.0 is right"
ANSWERS = {
    # Refused in the second order up to 2.2.
    **{(minor, f"op=abs,order=second,mode={mode}"): REFUSED for minor in ("2.1", "2.2") for mode in ("eager", "graph")},
    # Not there before 2.3.
    **{
        (minor, f"op=fft,order={order},mode={mode}"): (Behaviour("unsupported"), "tf.math.fft")
        for minor in ("2.1", "2.2")
        for order, mode in (("first", "eager"), ("second", "eager"), ("second", "graph"))
    },
    # Wrong eagerly only, then wrong from the first order on in both modes.
    ("2.1", "op=pow@zero,order=second,mode=eager"): NAN,
    **{
        (minor, f"op=pow@zero,order=second,mode={mode}"): FIRST
        for minor in ("2.2", "2.3")
        for mode in ("eager", "graph")
    },
    **{(minor, "op=pow@zero,order=first,mode=eager"): FIRST for minor in ("2.2", "2.3")},
    ("2.3", "op=math.tanh,mode=graph"): (
        Behaviour("mismatch", "NaN derivative"),
        "third: float64 nan where float64 1.0 is right",
    ),
}


def report_of(root: Path):
    """(report, judgements, ledger) of these answers."""
    for name, source in (("math", SWEEP), ("third", THIRD), ("coverage", COVERAGE)):
        (root / "sweep").mkdir(parents=True, exist_ok=True)
        (root / "sweep" / f"{name}.py").write_text(source, encoding="utf-8")
    asked = Questions.of(_catalog.catalog(str(root)))
    rows = []
    for minor in MINORS:
        for case in asked.cases:
            for point in asked.spaces[case].texts:
                behaviour, message = ANSWERS.get((minor, point), (Behaviour("match"), None))
                rows.append(Row(place(minor), case, point, behaviour, None, behaviour.error_type, message, VERSIONS))
    ledger = Ledger([], asked)
    found = Observed(Rows.of(rows))
    judgements = verdicts.judge(found.rows, ledger)
    return verdicts.report(found, judgements, ledger, AXIS, asked.cases), judgements, ledger


def page_of(root: Path, tables: Path) -> str:
    """The whole page."""
    report, judgements, ledger = report_of(root)
    timed = performance.load(tables)
    comparer = Comparer(report, ledger, {}, timed)
    return page(report, judgements, ledger, comparer, evidence.Evidence(), [], timed, [], "No pictures.")
