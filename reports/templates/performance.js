// What was timed: ratios with intervals, history over releases, growth with size, throughput, and the instrument's own figures.

let timed = null;

/** The rows of performance.csv as objects, made once. */
function timedRows() {
  timed ??= objects(data.performance);
  return timed;
}

const objects = ({ columns, rows }) => rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
const unique = (values) => [...new Set(values)];
const nice = (number) => (number === null || number === undefined ? "–" : Number(number.toPrecision(3)).toString());

/** A forest plot: one line per row, its interval, and the band of the margin; an inconclusive one is hollow and dashed. */
function forest(rows, label) {
  if (!rows.length) return "";
  const shown = rows.slice(0, 400);
  const [left, width, line, top] = [420, 960, 18, 26];
  const logs = shown.flatMap((row) => [row.ci_low, row.ci_high, row.ratio]).filter((value) => value > 0).map(Math.log2);
  const most = Math.max(0.3, ...logs.map(Math.abs)) * 1.05;
  const x = (ratio) => left + ((Math.log2(ratio) + most) * (width - left - 20)) / (2 * most);
  const height = top + line * shown.length + 8;
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img" });
  chart.append(svg("title", {}, `Times the baseline's time, with intervals: ${shown.length} rows; the table says the same in numbers`));
  // Each row has a margin of its own: what its own noise allows to be told apart.
  shown.forEach(({ margin }, at) => {
    if (!(margin > 0)) return;
    const [from, to] = [Math.max(left, x(1 / (1 + margin))), Math.min(width, x(1 + margin))];
    chart.append(svg("rect", { class: "margin", x: from, y: top + line * at - 3, width: to - from, height: line }));
  });
  for (const tick of [0.125, 0.25, 0.5, 0.8, 1, 1.25, 2, 4, 8]) {
    if (Math.abs(Math.log2(tick)) > most) continue;
    chart.append(svg("line", { class: tick === 1 ? "zero" : "axis", x1: x(tick), x2: x(tick), y1: top - 8, y2: height }), svg("text", { x: x(tick), y: 12, "text-anchor": "middle" }, `${tick}×`));
  }
  shown.forEach((row, at) => {
    const y = top + line * at + 6;
    const kind = ["slower", "faster", "same", "inconclusive"].includes(row.verdict) ? row.verdict : "other";
    const words = label(row).replace(/^speed\./, "");
    chart.append(svg("text", { class: "ink", x: left - 10, y: y + 4, "text-anchor": "end" }, words.length > 62 ? `${words.slice(0, 61)}…` : words, svg("title", {}, words)));
    if (!(row.ratio > 0)) {
      chart.append(svg("text", { x: left + 4, y: y + 4 }, row.verdict));
      return;
    }
    if (row.ci_low > 0) chart.append(svg("line", { class: kind, x1: x(row.ci_low), x2: x(row.ci_high), y1: y, y2: y, "stroke-width": 1.6 }));
    chart.append(svg("circle", { class: kind, cx: x(row.ratio), cy: y, r: 3.6, "stroke-width": 1.4 }, svg("title", {}, `${words}: ${nice(row.ratio)} [${nice(row.ci_low)}, ${nice(row.ci_high)}] ${row.verdict}`)));
  });
  return chart;
}

/** Ratios over the releases of one lane, with their intervals and where the level changes. */
function historyChart(rows, legs, changes) {
  const [left, width, height, top] = [44, 900, 240, 14];
  const ordered = legs.map((leg) => rows.find((row) => row.leg === leg)).filter((row) => row?.ratio > 0);
  if (ordered.length < 2) return el("p", { class: "quiet" }, "A history needs two releases that were timed.");
  const logs = ordered.flatMap((row) => [row.ci_low ?? row.ratio, row.ci_high ?? row.ratio]).map(Math.log2);
  const [low, high] = [Math.min(-0.2, ...logs), Math.max(0.2, ...logs)];
  const x = (at) => left + 20 + (at * (width - left - 40)) / (ordered.length - 1);
  const y = (ratio) => top + ((high - Math.log2(ratio)) * (height - top - 30)) / (high - low);
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img" });
  chart.append(svg("title", {}, `Times the baseline's time, by release: ${ordered.map((row) => `${row.release} ${nice(row.ratio)} ${row.verdict}`).join(", ")}`));
  for (const tick of [0.125, 0.25, 0.5, 0.8, 1, 1.25, 2, 4, 8]) {
    if (Math.log2(tick) < low || Math.log2(tick) > high) continue;
    chart.append(svg("line", { class: tick === 1 ? "zero" : "axis", x1: left, x2: width, y1: y(tick), y2: y(tick) }), svg("text", { x: left - 5, y: y(tick) + 4, "text-anchor": "end" }, `${tick}×`));
  }
  for (const at of changes) chart.append(svg("line", { class: "change", x1: (x(at - 1) + x(at)) / 2, x2: (x(at - 1) + x(at)) / 2, y1: top, y2: height - 28 }, svg("title", {}, `the level changes with ${ordered[at].release}`)));
  chart.append(svg("polyline", { class: "d", points: ordered.map((row, at) => `${x(at)},${y(row.ratio)}`).join(" ") }));
  ordered.forEach((row, at) => {
    const kind = ["slower", "faster", "same", "inconclusive"].includes(row.verdict) ? row.verdict : "other";
    if (row.ci_low > 0) chart.append(svg("line", { class: kind, x1: x(at), x2: x(at), y1: y(row.ci_low), y2: y(row.ci_high), "stroke-width": 1.4 }));
    chart.append(svg("circle", { class: kind, cx: x(at), cy: y(row.ratio), r: 3.4 }, svg("title", {}, `${row.release}: ${nice(row.ratio)} ${row.verdict}`)), svg("text", { x: x(at), y: height - 10, "text-anchor": "middle" }, row.release.split(".").slice(0, 2).join(".")));
  });
  return chart;
}

/** A point without one of its parameters. */
const without = (point, axis) => point.split(",").filter((part) => !part.startsWith(`${axis}=`)).join(",");

/** Seconds by size on two logarithmic axes: one line per leg, for points that differ in this parameter only. */
function growthChart(rows, axis) {
  const sizeOf = (point) => Number(new RegExp(`(?:^|,)${axis}=([^,]*)`).exec(point)?.[1]);
  const lines = new Map();
  for (const row of rows) {
    if (!(row.median_s > 0) || !(sizeOf(row.point) > 0)) continue;
    // A leg has a row for each baseline, with the same seconds.
    if (!lines.has(row.leg)) lines.set(row.leg, new Map());
    lines.get(row.leg).set(row.point, row);
  }
  const usable = [...lines.values()].flatMap((same) => [...same.values()]);
  if (unique(usable.map((row) => sizeOf(row.point))).length < 2) return "";
  const [left, width, height, top] = [60, 640, 300, 12];
  const [xs, ys] = [usable.map((row) => Math.log10(sizeOf(row.point))), usable.map((row) => Math.log10(row.median_s))];
  const scale = (value, values, from, to) => from + ((value - Math.min(...values)) * (to - from)) / (Math.max(...values) - Math.min(...values) || 1);
  const x = (size) => scale(Math.log10(size), xs, left + 12, width - 110);
  const y = (seconds) => scale(Math.log10(seconds), ys, height - 34, top + 8);
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img" }, svg("title", {}, `Seconds by ${axis}, both logarithmic`));
  for (const size of unique(usable.map((row) => sizeOf(row.point)))) chart.append(svg("text", { x: x(size), y: height - 14, "text-anchor": "middle" }, String(size)), svg("line", { class: "axis", x1: x(size), x2: x(size), y1: top, y2: height - 28 }));
  for (let power = Math.floor(Math.min(...ys)); power <= Math.ceil(Math.max(...ys)); power++) {
    const at = y(10 ** power);
    if (at < top || at > height - 28) continue;
    chart.append(svg("line", { class: "axis", x1: left, x2: width - 100, y1: at, y2: at }), svg("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, `1e${power} s`));
  }
  for (const [leg, same] of lines) {
    const ordered = [...same.values()].sort((one, other) => sizeOf(one.point) - sizeOf(other.point));
    chart.append(svg("polyline", { class: "d", points: ordered.map((row) => `${x(sizeOf(row.point))},${y(row.median_s)}`).join(" ") }, svg("title", {}, leg)));
    for (const row of ordered) chart.append(svg("circle", { class: "dot", cx: x(sizeOf(row.point)), cy: y(row.median_s), r: 2.2 }, svg("title", {}, `${leg}: ${row.point}: ${nice(row.median_s)} s`)));
  }
  return chart;
}

/** How often an injected slowdown is found, by its size, for each method and condition. */
function powerChart(rows) {
  const usable = rows.filter((row) => row.injected !== null && row.found !== null);
  if (!usable.length) return "";
  const share = (row) => (row.comparisons > 0 ? row.found / row.comparisons : 0);
  const [left, width, height, top] = [44, 760, 260, 12];
  const most = Math.max(...usable.map((row) => row.injected)) || 1;
  const x = (value) => left + 10 + (value * (width - left - 290)) / most;
  const y = (value) => top + (1 - value) * (height - top - 40);
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img" }, svg("title", {}, "Share of injected slowdowns that are found, by size; at 0 these are false alarms"));
  for (const tick of [0, 0.5, 1]) chart.append(svg("line", { class: "axis", x1: left, x2: width - 270, y1: y(tick), y2: y(tick) }), svg("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, `${100 * tick} %`));
  for (const size of unique(usable.map((row) => row.injected))) chart.append(svg("text", { x: x(size), y: height - 22, "text-anchor": "middle" }, `${+(100 * size).toPrecision(3)} %`));
  chart.append(svg("text", { x: left + 10, y: height - 5 }, "injected slowdown"));
  const labels = [];
  for (const kind of unique(usable.map((row) => `${row.method}, ${row.condition}`))) {
    const same = usable.filter((row) => `${row.method}, ${row.condition}` === kind).sort((one, other) => one.injected - other.injected);
    for (const row of same) if (row.found_low !== null) chart.append(svg("line", { class: "zero", x1: x(row.injected), x2: x(row.injected), y1: y(row.found_low), y2: y(row.found_high) }));
    chart.append(svg("polyline", { class: "d", "stroke-dasharray": same[0].condition === "busy" ? "5 4" : null, points: same.map((row) => `${x(row.injected)},${y(share(row))}`).join(" ") }));
    const last = same.at(-1);
    labels.push({ kind, x: x(last.injected) + 8, y: y(share(last)) + 4 });
  }
  let free = 0; // curves end close together: their names stand below one another
  for (const label of labels.sort((one, other) => one.y - other.y)) {
    label.y = Math.max(label.y, free);
    free = label.y + 14;
    chart.append(svg("text", { class: "ink", x: label.x, y: label.y }, label.kind));
  }
  return chart;
}

function table(heads, rows) {
  return el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": heads[0] }, el("table", { class: "plain" }, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, rows.map((row) => el("tr", {}, row.map((value, at) => (at ? el("td", { class: value?.kind ?? "" }, value?.words ?? value) : el("th", { scope: "row" }, value))))))));
}

const PERFORMANCE = { made: false };

routes.performance = (parts) => {
  const box = document.getElementById("performance-result");
  if (!parts || !box) return;
  if (!PERFORMANCE.made) {
    PERFORMANCE.made = true;
    performanceForm(box);
  }
  const [baseline, leg] = parts;
  if (baseline && data.performance.baselines.includes(baseline)) PERFORMANCE.baseline.value = baseline;
  if (leg && data.performance.legs.includes(leg)) PERFORMANCE.leg.value = leg;
  drawRatios();
};

function performanceForm(box) {
  const option = (value, words) => el("option", { value }, words ?? value);
  const go = () => (location.hash = addressOf("performance", PERFORMANCE.baseline.value, PERFORMANCE.leg.value));
  const keys = unique(timedRows().map((row) => JSON.stringify([row.case, row.point])));
  PERFORMANCE.baseline = el("select", { onchange: go }, data.performance.baselines.map((name) => option(name)));
  PERFORMANCE.leg = el("select", { onchange: go }, data.performance.legs.map((name) => option(name)));
  const against = new Set(timedRows().filter((row) => row.baseline === data.performance.baselines[0] && row.leg !== row.baseline && row.ratio > 0).map((row) => row.leg));
  PERFORMANCE.leg.value = data.performance.legs.filter((leg) => against.has(leg)).at(-1) ?? data.performance.legs.at(-1) ?? "";
  PERFORMANCE.key = el("select", { onchange: drawHistory }, keys.map((key) => option(key, JSON.parse(key).filter(Boolean).join(" · "))));
  PERFORMANCE.ratios = el("div", {});
  PERFORMANCE.history = el("div", {});
  const sensitivity = objects(data.performance.sensitivity);
  const scaling = objects(data.performance.scaling);
  box.append(
    el("form", { class: "filters", onsubmit: (event) => event.preventDefault(), "aria-label": "What to compare" }, el("label", {}, "Against ", PERFORMANCE.baseline), el("label", {}, "the leg ", PERFORMANCE.leg)),
    el("h3", {}, "Times the baseline's time, with its interval"),
    el("p", { class: "quiet" }, "Left is faster. The band is the margin, the effect that counts at this workload. A hollow, dashed one is inconclusive: the evidence is not enough, one way or the other."),
    PERFORMANCE.ratios,
    el("h3", {}, "Over the releases"),
    el("form", { class: "filters", onsubmit: (event) => event.preventDefault(), "aria-label": "What to follow" }, el("label", {}, "Case ", PERFORMANCE.key)),
    PERFORMANCE.history,
    ...growth(scaling),
    el("h3", {}, "How well this instrument sees"),
    sensitivity.length ? el("div", {}, powerChart(sensitivity), sensitivityTable(sensitivity)) : el("p", { class: "note" }, "Its sensitivity was not measured yet: nox -s timing"),
  );
  drawHistory();
}

function drawRatios() {
  const [baseline, leg] = [PERFORMANCE.baseline.value, PERFORMANCE.leg.value];
  // What could not be timed has no baseline, only a verdict that says why: it is shown, never left out.
  const meant = (row) => row.baseline === baseline || (row.baseline === "" && row.verdict !== "");
  const rows = timedRows().filter((row) => row.leg === leg && meant(row)).sort((one, other) => (other.ratio ?? 0) - (one.ratio ?? 0));
  if (!rows.length) {
    PERFORMANCE.ratios.replaceChildren(el("p", { class: "note" }, `${leg} was not timed against ${baseline}.`));
    return;
  }
  const unitOf = (row) => (row.work_per_s === null ? "–" : `${nice(row.work_per_s)} ${row.work_unit}/s`);
  const cells = rows.map((row) => [
    `${row.case} ${row.point.replaceAll(",", ", ")}`,
    nice(row.ratio),
    row.ci_low === null ? "–" : `${nice(row.ci_low)} – ${nice(row.ci_high)}`,
    { kind: `v-${row.verdict}`, words: data.words.verdicts[row.verdict] ?? row.verdict.replaceAll("_", " ") },
    row.median_s === null ? "–" : `${nice(row.median_s * 1e3)} ms`,
    unitOf(row),
    row.numpy_ratio === null ? "–" : `${nice(row.numpy_ratio)}×`,
    row.peak_memory_bytes === null ? "–" : `${nice(row.peak_memory_bytes / 1e6)} MB`,
    `${nice(row.rounds)} in ${nice(row.processes)}`,
  ]);
  const heads = ["case", "ratio", "interval", "verdict", "median", "throughput", "over NumPy's floor", "peak memory", "rounds in processes"];
  PERFORMANCE.ratios.replaceChildren(forest(rows, (row) => `${row.case} ${row.point}`), table(heads, cells));
}

function drawHistory() {
  if (!PERFORMANCE.key.value) return;
  const [name, point] = JSON.parse(PERFORMANCE.key.value);
  const baseline = PERFORMANCE.baseline.value;
  const rows = timedRows().filter((row) => row.case === name && row.point === point && row.baseline === baseline);
  const parts = unique(rows.map((row) => row.lane)).map((lane) => {
    const same = rows.filter((row) => row.lane === lane);
    const found = data.performance.changes.find((one) => one[0] === baseline && one[1] === lane && one[2] === name && one[3] === point);
    const at = found?.[5] ?? [];
    const words = at.length ? `The level changes with ${at.map((number) => found[4][number]).join(" and ")}.` : "No change of level is seen.";
    return el("div", {}, el("p", { class: "quiet" }, `Python ${lane}. ${words}`), historyChart(same, data.performance.legs, at));
  });
  PERFORMANCE.history.replaceChildren(...(parts.length ? parts : [el("p", { class: "note" }, `Not timed against ${baseline}.`)]));
}

function growth(scaling) {
  if (!scaling.length) return [el("h3", {}, "Growth with size"), el("p", { class: "note" }, "No case was timed at several sizes yet: nox -s timing")];
  const cells = scaling.map((row) => [row.workload || row.case, row.axis, row.leg, nice(row.exponent), row.ci_low === null ? "–" : `${nice(row.ci_low)} – ${nice(row.ci_high)}`]);
  const charts = unique(scaling.map((row) => JSON.stringify([row.workload || row.case, row.case, row.axis]))).map((key) => {
    const [workload, name, axis] = JSON.parse(key);
    const alike = (row) => row.case === name && workload === (without(row.point, axis) ? `${name}[${without(row.point, axis)}]` : name);
    const chart = growthChart(timedRows().filter(alike), axis);
    return chart ? el("details", {}, el("summary", {}, el("code", {}, workload), ` by ${axis}`), chart) : "";
  });
  return [el("h3", {}, "Growth with size"), el("p", { class: "quiet" }, "Seconds grow as size to the power of the exponent: 1 is proportional, 2 quadratic."), ...charts.filter(Boolean), table(["workload", "size", "leg", "exponent", "interval"], cells)];
}

function sensitivityTable(rows) {
  const cells = rows.map((row) => [row.method, row.condition, `${+(100 * row.injected).toPrecision(3)} %`, nice(row.comparisons), nice(row.found), `${nice(row.found_low)} – ${nice(row.found_high)}`, nice(row.sd_log_ratio), `${nice(row.seconds_per_comparison)} s`]);
  return table(["method", "machine", "injected", "comparisons", "found", "interval", "sd of log ratio", "per comparison"], cells);
}
