"""The figures: drawn from records that hold what they need, said to be missing where they do not, the same bytes each time."""

import pytest
from page_store import time
from small_store import place

from reports import figures, performance
from reports.evidence import PICTURED, Evidence

LEG = place("2.3")


def whole(shape: list[int], kept: int | None = None) -> dict:
    """An output with all its values, or with only so many."""
    size = 1
    for length in shape:
        size *= length
    values = [((number * 37) % 11 - 5) / 5 for number in range(size)][:kept]
    side = {"dtype": "float32", "shape": shape, "values": values}
    return {"agrees": True, "observed": side, "expected": side, "max_abs_err": 0.0, "max_rel_err": 0.0, "non_finite": 0}


@pytest.fixture
def evidence():
    found = Evidence()
    curves = {
        f"loss={loss},loop={loop}": {"curve": whole([100])}
        for loss in ("plain", "decorated")
        for loop in ("fit", "eager")
    }
    found.whole = {
        (LEG.leg, "losses.decorated_training"): curves,
        (LEG.leg, "jacobian.scalar_source"): {
            "mode=eager,loop=pfor,dtype=float32": {"y": whole([201]), "dy_dx": whole([201])}
        },
        (LEG.leg, "hessian.guide_matrix"): {"mode=eager": {"h_mat": whole([40, 40])}},
        (LEG.leg, "batch_jacobian.guide_slices"): {
            f"network={network},mode=eager": {"slice": whole([7, 7])} for network in ("elu", "batch_norm")
        },
    }
    return found


def test_every_picture_of_the_sources_is_drawn(evidence):
    drawn, said = figures.pictures(evidence, LEG)
    assert said == []
    assert [one.name for one in drawn] == ["training-fit", "training-loop", "sigmoid", "hessian", "slices"]
    for one in drawn:
        assert b"<svg" in one.svg
        assert one.png.startswith(b"\x89PNG")
        assert LEG.release in one.caption
        assert one.source.startswith("data:image/svg+xml;base64,")
    assert set(figures.DRAWERS) == PICTURED


def test_the_same_records_give_the_same_bytes(evidence):
    first, second = (figures.pictures(evidence, LEG)[0] for _ in range(2))
    assert [(one.svg, one.png) for one in first] == [(one.svg, one.png) for one in second]


def test_a_picture_whose_values_were_not_kept_is_named(evidence):
    evidence.whole[LEG.leg, "hessian.guide_matrix"] = {"mode=eager": {"h_mat": whole([40, 40], kept=24)}}
    del evidence.whole[LEG.leg, "jacobian.scalar_source"]
    drawn, said = figures.pictures(evidence, LEG)
    assert [one.name for one in drawn] == ["training-fit", "training-loop", "slices"]
    assert said == [
        f"The picture of jacobian.scalar_source is missing: {LEG.leg} was not asked.",
        "The picture of hessian.guide_matrix is missing: its record does not hold all values.",
    ]


def test_numbers_that_json_lacks_are_drawn_as_gaps(evidence):
    outputs = evidence.whole[LEG.leg, "losses.decorated_training"]["loss=plain,loop=fit"]["curve"]
    outputs["observed"] = {**outputs["observed"], "values": ["nan", "inf", *[1.0] * 98]}
    assert len(figures.pictures(evidence, LEG)[0]) == 5


def test_what_was_timed_is_drawn(tmp_path):
    time(tmp_path)
    timed = performance.load(tmp_path)
    order = [place(minor).leg for minor in ("2.1", "2.2", "2.3")]
    assert [name for name, _ in figures.timed(timed, order)] == ["forest", "power"]
    assert figures.timed(performance.load(tmp_path / "none"), order) == []


def test_files_of_figures_that_are_no_longer_drawn_go(evidence, tmp_path):
    (tmp_path / "forest.png").write_bytes(b"old")
    (tmp_path / "notes.txt").write_text("kept")
    drawn, _ = figures.pictures(evidence, LEG)
    figures.write(drawn[:1], [], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "training-fit.png", "training-fit.svg"]
