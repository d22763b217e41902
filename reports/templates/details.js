// The details of a case in a release, made when they are asked for: one dialog, by the address #matrix/case/release.

const dialog = document.getElementById("details");
let returnTo = null;
const POINTS_AT_ONCE = 100;

routes.matrix = (parts) => {
  const found = parts?.[0] ? byCase.get(parts[0]) : undefined;
  if (!found) {
    if (dialog.open) dialog.close();
    if (parts?.[0]) document.getElementById("found").textContent = `There is no case ${parts[0]}`;
    return;
  }
  const asked = byLane(data.legs.map((_, number) => number).filter((leg) => found.points.some((point) => valueAt(point[1], leg))));
  const here = asked.filter((leg) => [data.legs[leg].name, data.legs[leg].id].includes(parts[1]));
  const exact = here.find((leg) => data.legs[leg].id === parts[1]);
  show(found, exact ?? preferred(here) ?? preferred(newest(asked)), asked);
};

/** Python by Python, so that a line over the releases compares like with like. */
function byLane(legs) {
  const kind = (leg) => `${data.legs[leg].lane} ${data.legs[leg].variant}`;
  const kinds = [...new Set(legs.map(kind))];
  return [...legs].sort((one, other) => kinds.indexOf(kind(one)) - kinds.indexOf(kind(other)) || one - other);
}

function newest(legs) {
  const last = Math.max(...legs.map((leg) => data.legs[leg].position));
  return legs.filter((leg) => data.legs[leg].position === last);
}

/** Of a release's legs the one that stands for it: without a variant; of the table's lanes the first. */
function preferred(legs) {
  const rank = (leg) => [data.legs[leg].variant !== "", data.lanes.indexOf(data.legs[leg].lane)];
  return [...legs].sort((one, other) => rank(one)[0] - rank(other)[0] || rank(one)[1] - rank(other)[1])[0];
}

function show(found, leg, asked) {
  const scrolled = dialog.open ? dialog.scrollTop : 0;
  document.getElementById("details-body").replaceChildren(...body(found, leg, asked));
  if (!dialog.open) {
    returnTo = document.activeElement;
    dialog.showModal();
  }
  dialog.scrollTop = scrolled;
}

dialog.addEventListener("close", () => {
  if (/^#matrix\/./.test(location.hash)) history.pushState(null, "", "#matrix");
  returnTo?.focus?.();
});
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

function body(found, leg, asked) {
  const about = data.legs[leg];
  const pick = el(
    "select",
    { "aria-label": "Release and Python", onchange: (event) => (location.hash = addressOf("matrix", found.id, event.target.value)) },
    asked.map((number) => {
      const { id, name, lane, variant } = data.legs[number];
      return el("option", { value: id, selected: number === leg }, `${name}, Python ${lane}${variant ? ` with ${variant}` : ""}`);
    }),
  );
  const stories = found.stories.map(([where, said]) => el("li", {}, where ? el("code", {}, where) : "", ` ${said}`));
  return [
    el(
      "div",
      { class: "bar" },
      el("h2", { id: "details-title" }, el("code", {}, found.id), el("small", {}, found.claim)),
      pick,
      el("button", { type: "button", onclick: () => dialog.close(), "aria-label": "Close" }, "✕"),
    ),
    stories.length ? el("ul", { class: "stories" }, stories) : el("p", { class: "quiet" }, "Right wherever it was asked."),
    facts(found, leg),
    errors(found, found.points, asked, true),
    el("h3", {}, `The points in ${about.release} on Python ${about.lane}`),
    pointsOf(found, leg, asked),
    reasons(found),
    el("h3", {}, "The claim and its derivation"),
    el("pre", {}, found.doc),
  ];
}

function facts(found, leg) {
  const about = data.legs[leg];
  const variant = about.variant ? ` --variants ${about.variant}` : "";
  const again = `nox -s matrix -- --releases ${about.release} --lanes ${about.lane}${variant} --cases ${found.id} --fresh`;
  const versions = Object.entries(about.versions).map(([name, version]) => `${name} ${version}`);
  const threads = found.threads.flatMap((number, at) => (at ? [", ", threadLink(number)] : [threadLink(number)]));
  return el(
    "dl",
    { class: "facts" },
    ...fact("Leg", el("code", {}, about.id)),
    ...fact("Versions", versions.join(", ")),
    ...(found.since ? fact("API since", found.since) : []),
    ...(threads.length ? fact("Threads", ...threads) : []),
    ...fact("Repeat it", el("code", {}, again)),
  );
}

const fact = (name, ...values) => [el("dt", {}, name), el("dd", {}, ...values)];

function reasons(found) {
  if (!found.reasons.length) return "";
  const items = found.reasons.map(([where, releases, does, why, link]) =>
    el("li", {}, where ? el("code", {}, where) : "every point", ` in ${releases}: ${does}. ${why} `, link ? linkTo(link) : ""),
  );
  return el("div", {}, el("h3", {}, "Why, as the ledger has it"), el("ul", { class: "stories" }, items));
}

const SEVERITY = { missing: -1, match: 0, unsupported: 1, raised: 2, timeout: 3, crashed: 4, mismatch: 5 };

/** Every point of the case on this leg, the worst first; what belongs to one is made when it is opened. */
function pointsOf(found, leg, asked) {
  const order = found.points
    .map((point) => ({ point, number: valueAt(point[1], leg) }))
    .sort((one, other) => SEVERITY[behaviour(other.number).outcome] - SEVERITY[behaviour(one.number).outcome]);
  const box = el("div", {});
  const more = (from) => {
    for (const { point, number } of order.slice(from, from + POINTS_AT_ONCE)) box.append(onePoint(found, point, number, leg, asked));
    const left = order.length - from - POINTS_AT_ONCE;
    if (left > 0) {
      const button = el("button", { type: "button", onclick: () => (button.remove(), more(from + POINTS_AT_ONCE)) }, `${left} more`);
      box.append(button);
    }
  };
  more(0);
  return box;
}

function onePoint(found, point, number, leg, asked) {
  const error = data.texts[valueAt(point[2], leg)];
  const made = el(
    "details",
    { class: "point" },
    el("summary", {}, el("code", {}, point[0].replaceAll(",", ", ") || "the only point"), tag(number), el("span", { class: "quiet" }, error)),
  );
  made.addEventListener("toggle", () => {
    if (made.open && made.children.length === 1) made.append(inside(found, point, leg, asked));
  });
  if (found.points.length === 1) made.open = true;
  return made;
}

function inside(found, point, leg, asked) {
  const said = data.texts[valueAt(point[3], leg)];
  const status = data.texts[valueAt(point[4], leg)];
  const outputs = data.texts[valueAt(point[5], leg)] || [];
  const rows = outputs.map(([name, agrees, observed, expected, error]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      el("td", {}, el("span", { class: `tag ${agrees ? "match" : "mismatch"}` }, agrees ? "✓ agrees" : "✗ differs")),
      el("td", {}, el("code", {}, observed)),
      el("td", {}, el("code", {}, expected)),
      el("td", {}, error),
    ),
  );
  const heads = ["output", "", "observed", "expected", "relative error"].map((head) => el("th", { scope: "col" }, head));
  const strip = asked.map((at) => {
    const { outcome, sign, words } = behaviour(valueAt(point[1], at));
    const { name, lane, variant } = data.legs[at];
    return el("span", { class: outcome, title: `${name}, Python ${lane} ${variant}: ${words}` }, sign || "·", el("small", {}, name));
  });
  return el(
    "div",
    {},
    said ? el("pre", {}, said) : "",
    status && status !== "as expected" ? el("p", {}, `The ledger: ${status}.`) : "",
    rows.length
      ? el("div", { class: "scroll" }, el("table", { class: "plain" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)))
      : el("p", { class: "quiet" }, "No numbers: it did not answer, or this page is too large to hold them."),
    el("div", { class: "strip", role: "img", "aria-label": story(point, asked) }, strip),
    errors(found, [point], asked),
  );
}

/** The strip of a point in words. */
function story(point, asked) {
  return asked.map((leg) => `${data.legs[leg].name}: ${behaviour(valueAt(point[1], leg)).words}`).join("; ");
}

/** The size of the error over the releases, as the digits that are right: the worst of the points, leg by leg. */
function errors(found, chosen, asked, onlyRight = false) {
  const worst = asked.map((leg) => {
    const meant = onlyRight ? chosen.filter((point) => behaviour(valueAt(point[1], leg)).outcome === "match") : chosen;
    return Math.max(...meant.map((point) => Number.parseFloat(data.texts[valueAt(point[2], leg)])).filter(Number.isFinite), -1);
  });
  if (worst.every((value) => value < 0) || worst.length < 2) return "";
  const digits = worst.map((value) => (value < 0 ? null : value === 0 ? 17 : Math.max(0, Math.min(17, -Math.log10(value)))));
  const [width, height, left, top] = [Math.max(320, 44 + 30 * asked.length), 140, 34, 10];
  const x = (at) => left + 15 + (at * (width - left - 20)) / asked.length;
  const y = (value) => top + ((17 - value) * (height - top - 34)) / 17;
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img" });
  chart.append(svg("title", {}, `Right digits of the worst answer: ${asked.map((leg, at) => `${data.legs[leg].id} ${digits[at] === null ? "none" : digits[at].toFixed(1)}`).join(", ")}`));
  for (const tick of [0, 7, 16])
    chart.append(
      svg("line", { class: "axis", x1: left, x2: width, y1: y(tick), y2: y(tick) }),
      svg("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, String(tick)),
    );
  let before = null;
  asked.forEach((leg, at) => {
    const { name, lane } = data.legs[leg];
    chart.append(svg("text", { x: x(at), y: height - 17, "text-anchor": "middle" }, name));
    if (at === 0 || data.legs[asked[at - 1]].lane !== lane) chart.append(svg("text", { x: x(at), y: height - 4, "text-anchor": "middle" }, `py${lane}`));
    if (digits[at] === null) return;
    if (before !== null && before === at - 1 && data.legs[asked[before]].lane === lane) chart.append(svg("line", { class: "d", x1: x(before), y1: y(digits[before]), x2: x(at), y2: y(digits[at]) }));
    chart.append(svg("circle", { class: "dot", cx: x(at), cy: y(digits[at]), r: 2.6 }, svg("title", {}, `${name}: relative error ${worst[at]}`)));
    before = at;
  });
  return el("div", {}, el("p", { class: "quiet" }, onlyRight ? "Right decimal digits of the least exact right answer, by release (7: single precision, 16: double, 17: exact)" : "Right decimal digits, by release"), chart);
}
