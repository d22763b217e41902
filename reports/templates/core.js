"use strict";
// What all views share: the data, elements made without markup (a text can never become HTML), the views and their addresses.

const data = JSON.parse(document.getElementById("data").textContent);
const byCase = new Map(data.cases.map((one) => [one.id, one]));
const legsAt = new Map();
data.legs.forEach((leg, number) => legsAt.set(leg.name, [...(legsAt.get(leg.name) ?? []), number]));

/** An element: attributes by name, `class` and `text` included; children are elements or texts. */
function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** A history by number, one value per leg. */
function unrolled(number) {
  const runs = data.histories[number];
  const found = [];
  for (let at = 0; at < runs.length; at += 2) for (let times = runs[at + 1]; times > 0; times--) found.push(runs[at]);
  return found;
}

/** The value of one leg in a history, without unrolling it. */
function valueAt(number, leg) {
  const runs = data.histories[number];
  for (let at = 0, left = leg; at < runs.length; at += 2) {
    if (left < runs[at + 1]) return runs[at];
    left -= runs[at + 1];
  }
  return 0;
}

const points = (count) => `${count} ${count === 1 ? "point" : "points"}`;
const addressOf = (...parts) => "#" + parts.map(encodeURIComponent).join("/");

/** The sign and words of a behaviour by number; number 0 is a leg that was not asked. */
function behaviour(number) {
  if (number === 0) return { outcome: "missing", sign: "", words: "not asked" };
  const [outcome, words] = data.behaviours[number];
  return { outcome, sign: data.outcomes[outcome][0], words };
}

function tag(number) {
  const { outcome, sign, words } = behaviour(number);
  return el("span", { class: `tag ${outcome}` }, `${sign} ${words}`.trim());
}

/** A link to a thread of TensorFlow's, or the words where it is none. */
function linkTo(text) {
  const thread = /^tensorflow\/tensorflow#(\d+)$/.exec(text);
  return thread ? threadLink(thread[1]) : el("code", {}, text);
}

function threadLink(number) {
  const href = `https://github.com/tensorflow/tensorflow/issues/${number}`;
  return el("a", { href, rel: "noreferrer noopener" }, `tensorflow#${number}`);
}

const views = ["matrix", "operations", "upgrade", "performance", "retracing", "pictures"];
const routes = {};

/** Show what the address says: `#matrix/case/release`, `#upgrade/2.10/2.21`; something unknown is the matrix. */
function route() {
  let parts;
  try {
    parts = location.hash.slice(1).split("/").map(decodeURIComponent);
  } catch {
    parts = [""];
  }
  const view = views.includes(parts[0]) ? parts[0] : "matrix";
  for (const name of views) document.getElementById(`view-${name}`).hidden = name !== view;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const name of views) routes[name]?.(name === view ? parts.slice(1) : null);
}

window.addEventListener("hashchange", route);
document.addEventListener("DOMContentLoaded", route);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
