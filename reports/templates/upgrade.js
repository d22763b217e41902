// What happens between two releases. What changes was compared beforehand (reports/upgrade.py), newer against older; here it is
// turned round where the older one is wanted, and the speed, the digits and the environment are added.

const DIGIT = 10;

/** Everything between two releases, or null where they were not compared. */
function upgrade(before, after) {
  const forward = data.upgrades[`${before} ${after}`];
  const stored = forward ?? data.upgrades[`${after} ${before}`];
  if (!stored) return null;
  const [first, second, right, compared, only, numbers, ratios] = stored;
  const [one, other] = forward ? [first, second] : [second, first];
  const changes = numbers.map((at) => {
    const [number, where, count, was, becomes, reasons] = data.changes[at];
    const about = data.cases[number];
    const [from, to] = forward ? [was, becomes] : [becomes, was];
    return {
      section: sectionOf(from, to, about.traced),
      case: about.id,
      where: data.texts[where],
      points: count,
      before: from,
      after: to,
      reasons: (data.texts[reasons] || []).map(([said, link, of]) => [said, link, of === 2 || (of === 1) === Boolean(forward)]),
    };
  });
  return {
    before: one,
    after: other,
    right,
    compared,
    only: only.map((number) => data.cases[number].id),
    changes,
    lost: digits(one, other),
    gained: digits(other, one).map((found) => ({ ...found, before: found.after, after: found.before })),
    environment: environment(one, other),
    speed: ratios && speed(ratios, Boolean(forward)),
  };
}

function sectionOf(from, to, traced) {
  if (from === to) return "stays";
  const counts = data.behaviours[from][2] || data.behaviours[to][2];
  return data.words.becomes[traced && counts ? "traced" : "plain"][data.behaviours[from][0]][data.behaviours[to][0]];
}

/** Cases that are right on both legs with errors that grew by a digit or more. */
function digits(one, other) {
  const found = [];
  for (const about of data.cases) {
    let [worst, count] = [null, 0];
    for (const point of about.points) {
      const kinds = [one, other].map((leg) => behaviour(valueAt(point[1], leg)).outcome);
      const [was, becomes] = [one, other].map((leg) => Number.parseFloat(data.texts[valueAt(point[2], leg)]));
      if (kinds[0] !== "match" || kinds[1] !== "match" || !(was > 0) || !(becomes >= DIGIT * was)) continue;
      count++;
      if (!worst || becomes / was > worst.after / worst.before) worst = { before: was, after: becomes };
    }
    if (worst) found.push({ case: about.id, points: count, ...worst });
  }
  return found;
}

function environment(one, other) {
  const [first, second] = [data.legs[one], data.legs[other]];
  const version = (leg, name) => leg.versions[name] ?? "?";
  const rows = [
    ["tensorflow", first.release, second.release],
    ["pythons", first.pythons, second.pythons],
    ["python", first.lane, second.lane],
  ];
  return [...rows, ...["keras", "numpy", "protobuf"].map((name) => [name, version(first, name), version(second, name)])];
}

const TURNED = { slower: "faster", faster: "slower" };

/** The ratios of times, as they were drawn from the rounds, newer against older; turned round where the older is wanted. */
function speed(flat, forward) {
  const found = [];
  const verdicts = Object.keys(data.words.verdicts);
  const power = (number) => (number === null ? null : Math.exp((forward ? number : -number) / 1e4));
  for (let at = 0; at < flat.length; at += 6) {
    const [number, ratio, low, high, kind, through] = flat.slice(at, at + 6);
    const [name, point, margin] = data.workloads[number];
    const said = verdicts[kind];
    const [from, to] = forward ? [low, high] : [high, low];
    found.push({
      case: name,
      point,
      ratio: power(ratio),
      ci_low: power(from),
      ci_high: power(to),
      margin,
      verdict: forward ? said : (TURNED[said] ?? said),
      through: data.texts[through],
    });
  }
  return found.sort((one, other) => Math.abs(Math.log(other.ratio)) - Math.abs(Math.log(one.ratio)));
}

const pairForm = document.getElementById("pair");

routes.upgrade = (parts) => {
  if (!parts || !pairForm) return;
  const [before, after] = [document.getElementById("before"), document.getElementById("after")];
  const known = (name) => [...before.options].some((option) => option.value === name);
  const unknown = parts.filter((name) => name && !known(name));
  if (known(parts[0])) before.value = parts[0];
  if (known(parts[1])) after.value = parts[1];
  const box = document.getElementById("upgrade-result");
  if (unknown.length) {
    const names = [...before.options].map((option) => option.value).join(", ");
    box.replaceChildren(el("p", { class: "note" }, `There are no answers of ${unknown.join(" and ")}. There are: ${names}.`));
    return;
  }
  const found = upgrade(before.value, after.value);
  box.replaceChildren(...(found ? upgradeView(found) : [el("p", { class: "note" }, before.value === after.value ? "These are the same release: choose two." : "These two were not compared for this page: nox -s upgrade")]));
};

pairForm?.addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = addressOf("upgrade", document.getElementById("before").value, document.getElementById("after").value);
});
document.getElementById("turn")?.addEventListener("click", () => {
  location.hash = addressOf("upgrade", document.getElementById("after").value, document.getElementById("before").value);
});

const TONE = { wrong: "bad", breaks: "bad", refused: "bad", right: "good", available: "good" };

function upgradeView(found) {
  const [before, after] = [data.legs[found.before], data.legs[found.after]];
  const sections = data.words.sections.map(([name, title, meaning]) => ({ name, title, meaning, changes: found.changes.filter((one) => one.section === name) }));
  const total = (changes) => changes.reduce((sum, one) => sum + one.points, 0);
  const same = before.lane === after.lane && before.variant === after.variant;
  const jump = (id) => (event) => {
    event.preventDefault();
    document.getElementById(id).scrollIntoView({ block: "start" });
    document.getElementById(id).focus();
  };
  const tile = (id, tone, number, words) => el("li", { class: tone }, el("a", { href: "#", onclick: jump(id) }, el("b", {}, String(number)), words));
  const tiles = sections
    .filter(({ name, changes }) => changes.length || ["wrong", "right", "refused"].includes(name))
    .map(({ name, title, changes }) => tile(`up-${name}`, changes.length ? TONE[name] : "", total(changes), title.toLowerCase()));
  const count = (verdict) => (found.speed ?? []).filter((one) => one.verdict === verdict).length;
  const timed = Boolean(found.speed?.length);
  tiles.push(tile("up-speed", count("slower") ? "bad" : "", timed ? `${count("slower")} / ${count("faster")}` : "–", timed ? "slower / faster" : "speed not timed"));
  if (!found.compared) {
    return [el("p", { class: "note" }, `${data.words.notShared} nox -s matrix -- --releases ${before.name},${after.name}`), environmentTable(found, before, after)];
  }
  return [
    el("p", { class: "lead" }, el("b", {}, `From TensorFlow ${before.release} to ${after.release}: `), `of ${found.compared} answers that both releases gave, ${found.right} are right in both.`),
    el("p", { class: same ? "quiet" : "note" }, same ? `Both on Python ${before.lane}${before.variant ? ` with ${before.variant}` : ""}: no difference is Python's.` : `No Python was asked on both: ${before.release} on Python ${before.lane}, ${after.release} on Python ${after.lane}. Some of the difference may be Python's.`),
    el("ul", { class: "tiles" }, tiles),
    environmentTable(found, before, after),
    ...sections.filter(({ name, changes }) => changes.length || ["wrong", "right", "refused"].includes(name)).flatMap((part) => sectionView(part, after)),
    ...digitsView("lost", found.lost, data.words.lost),
    ...digitsView("gained", found.gained, data.words.gained),
    el("h3", { id: "up-speed", tabindex: "-1" }, "Slower or faster"),
    speedView(found.speed, before, after),
    found.only.length ? el("p", { class: "quiet" }, `Not compared, because only one of the two answered: ${found.only.join(", ")}.`) : "",
  ].filter((part) => part !== "");
}

function environmentTable(found, before, after) {
  const rows = found.environment.map(([name, one, other]) =>
    el("tr", {}, el("th", { scope: "row" }, data.words.packages[name]), el("td", {}, one), el("td", {}, one === other ? "same" : el("b", {}, other))),
  );
  const heads = ["The environment", before.name, after.name].map((head) => el("th", { scope: "col" }, head));
  return el("table", { class: "plain" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows));
}

function sectionView({ name, title, meaning, changes }, after) {
  const head = el("h3", { id: `up-${name}`, tabindex: "-1" }, title);
  if (!changes.length) return [head, el("p", { class: "quiet" }, "Nothing.")];
  const list = el("ul", { class: "change-list" }, changes.map((one) => changeView(one, after)));
  const said = meaning ? el("p", { class: "quiet" }, meaning) : "";
  if (name !== "stays") return [head, said, list].filter(Boolean);
  return [head, said, el("details", {}, el("summary", {}, `${changes.length} ${changes.length === 1 ? "entry" : "entries"}`), list)];
}

function changeView(one, after) {
  const way = one.section === "stays" ? [tag(one.after)] : [tag(one.before), el("span", { class: "arrow", "aria-label": "to" }, " → "), tag(one.after)];
  const why = one.reasons.map(([said, link, now]) => el("span", { class: "why" }, now ? "" : "Until now: ", `${said} `, link ? linkTo(link) : ""));
  return el(
    "li",
    {},
    el("a", { href: addressOf("matrix", one.case, after.id) }, el("code", {}, one.case)),
    " ",
    one.where ? el("code", { class: "where" }, one.where) : "",
    " ",
    ...way,
    el("span", { class: "quiet" }, ` ${points(one.points)}`),
    ...why,
  );
}

function digitsView(id, found, [title, meaning]) {
  if (!found.length) return [];
  const items = found.map((one) =>
    el("li", {}, el("a", { href: addressOf("matrix", one.case) }, el("code", {}, one.case)), ` relative error ${one.before.toExponential(0)} → ${one.after.toExponential(0)} at worst, ${points(one.points)}`),
  );
  const list = el("ul", { class: "change-list" }, items);
  return [el("h3", { id: `up-${id}`, tabindex: "-1" }, title), el("details", {}, el("summary", {}, `${meaning} ${found.length} ${found.length === 1 ? "case" : "cases"}`), list)];
}

function speedView(found, before, after) {
  if (!found) return el("p", { class: "note" }, `This page is too large to hold their times: nox -s upgrade -- ${before.name} ${after.name}`);
  if (!found.length) return el("p", { class: "note" }, document.getElementById("data").dataset.notTimed);
  const rows = found.map((one) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, el("code", {}, one.case), el("span", { class: "quiet" }, ` ${one.point.replaceAll(",", ", ")}`)),
      el("td", { class: "n" }, one.ratio.toPrecision(3)),
      el("td", {}, one.ci_low === null || one.ci_high === null ? "unknown" : `${one.ci_low.toPrecision(3)} – ${one.ci_high.toPrecision(3)}`),
      el("td", { class: "n" }, one.margin === null ? "–" : `${+(100 * one.margin).toPrecision(3)} %`),
      el("td", { class: `v-${one.verdict}` }, data.words.verdicts[one.verdict], one.through ? ` (${data.words.through} ${one.through})` : ""),
    ),
  );
  const heads = ["case", "times the time", "interval", "margin", "verdict"].map((head) => el("th", { scope: "col" }, head));
  const table = el("table", { class: "plain" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows));
  return el("div", {}, forest(found, (one) => `${one.case} ${one.point}`), el("div", { class: "scroll" }, table));
}
