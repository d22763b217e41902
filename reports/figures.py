"""Figures as SVG and PNG: the pictures of the sources, drawn from records, and what was timed. matplotlib is loaded only here."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matrix.store import write_whole
from reports.evidence import Evidence
from reports.observed import Place
from reports.page.render import Picture
from reports.performance import Performance, series

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, QUIET, BLUE, RED, GREEN, AMBER = "#1a202c", "#566072", "#1f4fa3", "#a61c1c", "#2f6b47", "#9a6200"
COLOURS = {"slower": RED, "faster": GREEN, "same": QUIET, "inconclusive": AMBER}
ROWS_MOST = 60
"""Rows of a forest plot; of more, those that differ most."""

Whole = Mapping[str, Mapping[str, Any]]
"""The outputs of a case's points."""


def pictures(evidence: Evidence, place: Place) -> tuple[list[Picture], list[str]]:
    """The pictures of the sources from one leg's records, and why some cannot be drawn."""
    drawn, said = [], []
    for case, draw in DRAWERS.items():
        whole = evidence.whole.get((place.leg, case))
        if whole is None:
            said.append(f"The picture of {case} is missing: {place.leg} was not asked.")
            continue
        found = list(draw(whole, f"TensorFlow {place.release}"))
        drawn += [Picture(name, title, caption, _svg(figure), _png(figure)) for name, title, caption, figure in found]
        if not found:
            said.append(f"The picture of {case} is missing: its record does not hold all values.")
    return drawn, said


def write(found: Sequence[Picture], timed: Sequence[tuple[str, Figure]], folder: Path) -> None:
    """Each figure as SVG and as PNG; those of a run before that are no longer drawn are taken away."""
    names = set()
    for picture in found:
        names.add(picture.name)
        write_whole(folder / f"{picture.name}.svg", picture.svg)
        write_whole(folder / f"{picture.name}.png", picture.png)
    for name, figure in timed:
        names.add(name)
        write_whole(folder / f"{name}.svg", _svg(figure))
        write_whole(folder / f"{name}.png", _png(figure))
    for path in folder.glob("*.*"):
        if path.suffix in (".svg", ".png") and path.stem not in names:
            path.unlink()


def _figure(columns: int = 1, *, height: float = 4.0, width: float = 6.4) -> tuple[Figure, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Made

    figure = Made(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, columns, squeeze=False)[0]
    for axis in axes:
        for side in ("top", "right"):
            axis.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axis.spines[side].set_color(QUIET)
        axis.tick_params(colors=QUIET, labelsize=8)
    return figure, axes


def _saved(figure: Figure, kind: str, **options: Any) -> bytes:
    from matplotlib import rc_context

    held = io.BytesIO()
    # No date and no random names: the same records give the same bytes. Texts stay texts.
    with rc_context({"svg.hashsalt": "tfdrift", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure.savefig(held, format=kind, **options)
    return held.getvalue()


def _svg(figure: Figure) -> bytes:
    return _saved(figure, "svg", metadata={"Date": None, "Creator": None})


def _png(figure: Figure) -> bytes:
    return _saved(figure, "png", dpi=144, metadata={"Software": None})


def _values(outputs: Mapping[str, Any], name: str, side: str = "observed") -> Any:
    """The values of an output as an array, or ``None`` where the record does not hold all of them."""
    import numpy as np

    found = outputs.get(name, {}).get(side)
    if not found or not isinstance(found.get("values"), list) or not isinstance(found.get("shape"), list):
        return None
    if math.prod(found["shape"]) != len(found["values"]) or not found["values"]:
        return None
    # JSON writes what is not finite as a word, which float() reads.
    return np.array([float(value) for value in found["values"]]).reshape(found["shape"])


def _training(whole: Whole, release: str) -> Iterator[tuple[str, str, str, Figure]]:
    """The thread's two pictures: the loss by epoch in ``fit`` and in a custom loop, decorated or not."""
    for loop, name, words in (
        ("fit", "training-fit", "model.fit"),
        ("eager", "training-loop", "a custom loop"),
    ):
        curves = {loss: _values(whole.get(f"loss={loss},loop={loop}", {}), "curve") for loss in ("plain", "decorated")}
        right = _values(whole.get(f"loss=decorated,loop={loop}", {}), "curve", "expected")
        if all(curve is None for curve in curves.values()):
            continue
        figure, (axis,) = _figure()
        if right is not None:
            axis.plot(range(1, len(right) + 1), right, color=QUIET, lw=4, alpha=0.35, label="right, in float64")
        for (loss, curve), colour, style in zip(curves.items(), (RED, BLUE), ("-", "--"), strict=True):
            if curve is not None:
                label = "custom loss" if loss == "plain" else "custom loss with @tf.function"
                axis.plot(range(1, len(curve) + 1), curve, style, color=colour, lw=1.6, label=label)
        axis.set_xlabel("epoch", color=QUIET)
        axis.set_ylabel("loss", color=QUIET)
        axis.set_title(f"The same loss in {words}, {release}", color=INK, fontsize=10, loc="left")
        axis.legend(frameon=False, fontsize=8)
        yield (
            name,
            f"The same loss in {words}.",
            f"Loss by epoch with and without tf.function around the custom loss, {release}; tensorflow#40984.",
            figure,
        )


def _sigmoid(whole: Whole, release: str) -> Iterator[tuple[str, str, str, Figure]]:
    import numpy as np

    outputs = whole.get("mode=eager,loop=pfor,dtype=float32", {})
    y, slope = _values(outputs, "y"), _values(outputs, "dy_dx")
    if y is None or slope is None:
        return
    figure, (axis,) = _figure()
    x = np.linspace(-10, 10, len(y))
    axis.plot(x, y, color=BLUE, lw=1.6, label="y")
    axis.plot(x, slope, color=RED, lw=1.6, label="dy/dx")
    axis.set_xlabel("x", color=QUIET)
    axis.set_title(f"The sigmoid and its derivative, {release}", color=INK, fontsize=10, loc="left")
    axis.legend(frameon=False, fontsize=8)
    yield (
        "sigmoid",
        "The sigmoid and its derivative.",
        f"The derivative is a Jacobian with respect to a scalar, {release}; the guide's first picture.",
        figure,
    )


def _matrix(figure: Figure, axis: Any, values: Any, title: str) -> None:
    most = float(abs(values).max()) or 1.0
    image = axis.imshow(values, cmap="RdBu", vmin=-most, vmax=most, interpolation="nearest")
    axis.set_title(title, color=INK, fontsize=10, loc="left")
    colours = figure.colorbar(image, ax=axis, shrink=0.8 if len(figure.axes) == 1 else 0.45)
    colours.ax.tick_params(colors=QUIET, labelsize=7)
    colours.outline.set_visible(False)


def _hessian(whole: Whole, release: str) -> Iterator[tuple[str, str, str, Figure]]:
    values = _values(whole.get("mode=eager", {}), "h_mat")
    if values is None:
        return
    figure, (axis,) = _figure()
    _matrix(figure, axis, values, f"The Hessian of a relu network, {release}")
    skew = float(abs(values - values.T).max())
    yield (
        "hessian",
        "The symmetric Hessian.",
        f"40 × 40 second derivatives of a small network's loss, {release}; they differ from their transpose by at most "  # noqa: RUF001
        f"{skew:.1g}.",
        figure,
    )


def _slices(whole: Whole, release: str) -> Iterator[tuple[str, str, str, Figure]]:
    found = {
        network: _values(whole.get(f"network={network},mode=eager", {}), "slice") for network in ("elu", "batch_norm")
    }
    if any(values is None for values in found.values()):
        return
    figure, axes = _figure(2, height=3.2)
    for axis, (network, values) in zip(axes, found.items(), strict=True):
        title = "independent examples" if network == "elu" else "batch normalisation"
        _matrix(figure, axis, values, title)
    axes[0].set_ylabel("example of the output", color=QUIET, fontsize=8)
    axes[0].set_xlabel("example of the input", color=QUIET, fontsize=8)
    yield (
        "slices",
        "A (batch, batch) slice of a Jacobian.",
        f"Diagonal where each example depends on itself only, and not under batch normalisation, {release}.",
        figure,
    )


Drawer = Callable[[Whole, str], Iterator[tuple[str, str, str, "Figure"]]]
DRAWERS: dict[str, Drawer] = {
    "losses.decorated_training": _training,
    "jacobian.scalar_source": _sigmoid,
    "hessian.guide_matrix": _hessian,
    "batch_jacobian.guide_slices": _slices,
}


def timed(performance: Performance, order: Sequence[str]) -> list[tuple[str, Figure]]:
    """Forest plot of the newest leg, history of the points that change most, and the power curve; what there is data for."""
    found = []
    frame = performance.comparisons
    usable = frame[(frame["ratio"] > 0) & (frame["ci_low"] > 0) & frame["leg"].isin(order)]
    if len(usable):
        found.append(("forest", _forest(usable, order)))
    histories = [one for one in series(performance, order) if len(one[4]) > 2]
    if histories:
        found.append(("history", _history(usable, histories)))
    sensitivity = performance.sensitivity
    if len(sensitivity[sensitivity["injected"].notna() & sensitivity["found"].notna()]):
        found.append(("power", _power(sensitivity)))
    return found


def _forest(frame: Any, order: Sequence[str]) -> Figure:
    import numpy as np

    rank = {leg: number for number, leg in enumerate(order)}
    leg = max(frame["leg"], key=rank.__getitem__)
    baseline = frame[frame["leg"] == leg]["baseline"].mode()[0]
    rows = frame[(frame["leg"] == leg) & (frame["baseline"] == baseline)]
    rows = rows.assign(size=np.log(rows["ratio"]).abs()).nlargest(ROWS_MOST, "size").sort_values("ratio")
    figure, (axis,) = _figure(height=1 + 0.19 * len(rows), width=8)
    for at, row in enumerate(rows.itertuples()):
        colour = COLOURS.get(row.verdict, QUIET)
        hollow = row.verdict == "inconclusive"
        axis.plot([row.ci_low, row.ci_high], [at, at], color=colour, lw=1.2, ls=":" if hollow else "-")
        axis.plot([row.ratio], [at], "o", ms=4, color=colour, mfc="white" if hollow else colour)
    axis.set_yticks(
        range(len(rows)), [f"{row.case} {row.point}".replace("$", r"\$") for row in rows.itertuples()], fontsize=6
    )
    axis.axvline(1, color=QUIET, lw=0.8)
    axis.set_xscale("log", base=2)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:g}×")  # noqa: RUF001
    axis.set_title(
        f"{leg} against {baseline}: times the time (hollow: inconclusive)", color=INK, fontsize=9, loc="left"
    )
    return figure


def _history(frame: Any, histories: Sequence[Any]) -> Figure:
    figure, (axis,) = _figure(width=8)
    baseline = histories[0][0]
    chosen = [one for one in histories if one[0] == baseline]
    chosen.sort(key=lambda one: -len(one[5]))
    for _, lane, case, point, legs, at in chosen[:8]:
        rows = frame[(frame["baseline"] == baseline) & (frame["case"] == case) & (frame["point"] == point)]
        by_leg = {row.leg: row for row in rows.itertuples()}
        known = [by_leg[leg] for leg in legs if leg in by_leg]
        label = f"{case} {point} (py{lane})".replace("$", r"\$")
        (line,) = axis.plot(
            [row.release for row in known], [row.ratio for row in known], "o-", ms=3, lw=1.2, label=label
        )
        for number in at:
            axis.axvline(number - 0.5, color=line.get_color(), lw=0.8, ls=":")
    axis.set_yscale("log", base=2)
    axis.tick_params(axis="x", rotation=90)
    axis.set_title(f"Times the time of {baseline}; dotted: the level changes", color=INK, fontsize=9, loc="left")
    axis.legend(frameon=False, fontsize=6)
    return figure


def _power(frame: Any) -> Figure:
    figure, (axis,) = _figure()
    usable = frame[frame["injected"].notna() & frame["found"].notna() & (frame["comparisons"] > 0)]
    for (method, condition), rows in usable.groupby(["method", "condition"]):
        rows = rows.sort_values("injected")
        share = 100 * rows["found"] / rows["comparisons"]
        axis.plot(100 * rows["injected"], share, "o-", ms=3, lw=1.4, label=f"{method}, {condition}")
    axis.set_xlabel("injected slowdown, %", color=QUIET)
    axis.set_ylabel("found, %", color=QUIET)
    axis.set_ylim(-3, 103)
    axis.set_title("How well the instrument sees (0: false alarms)", color=INK, fontsize=10, loc="left")
    axis.legend(frameon=False, fontsize=8)
    return figure
