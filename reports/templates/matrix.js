// The matrix: search, filters, order, and the arrow keys. The table itself is in the page already.

const matrix = document.getElementById("cases");
const lines = [...matrix.querySelectorAll("tr.case")].map((row) => ({
  row,
  home: row.parentElement,
  status: row.dataset.status.split(" "),
  changes: row.dataset.changes === "1",
  weight: Number(row.dataset.weight),
  text: [row.dataset.case, row.textContent, byCase.get(row.dataset.case)?.claim ?? ""].join(" ").toLowerCase(),
}));
const bodies = [...matrix.tBodies];
const filters = document.getElementById("filters");
const sorted = el("tbody", { hidden: true });
matrix.append(sorted);

function filter() {
  const words = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const family = document.getElementById("family").value;
  const statuses = [...filters.querySelectorAll("[name=status]:checked")].map((box) => box.value);
  const changes = document.getElementById("changes").checked;
  const left = new Map(bodies.map((body) => [body, 0]));
  let shown = 0;
  for (const line of lines) {
    const fits =
      (!family || line.home.dataset.family === family) &&
      (!statuses.length || statuses.some((status) => line.status.includes(status))) &&
      (!changes || line.changes) &&
      words.every((word) => line.text.includes(word));
    line.row.hidden = !fits;
    shown += fits;
    if (fits) left.set(line.home, left.get(line.home) + 1);
  }
  const flat = document.getElementById("sort").value === "weight";
  sorted.hidden = !flat;
  for (const [body, count] of left) body.hidden = flat || !count;
  document.getElementById("found").textContent = `${shown} of ${lines.length} cases`;
  document.getElementById("none").hidden = shown > 0;
  rove(matrix);
}

function sort() {
  const flat = document.getElementById("sort").value === "weight";
  const order = flat ? [...lines].sort((one, other) => other.weight - one.weight) : lines;
  for (const line of order) {
    (flat ? sorted : line.home).append(line.row);
    // Without its family's heading a case needs its whole name.
    line.row.querySelector("th code").textContent = flat ? line.row.dataset.case : line.row.dataset.case.replace(/^[^.]*\./, "");
  }
  filter();
}

/** One cell at a time is a tab stop, so that a table is not thousands of them. */
function rove(table, chosen) {
  const now = chosen ?? table.querySelector('td a[tabindex="0"]');
  const next = now && now.offsetParent ? now : [...table.querySelectorAll("td a")].find((link) => link.offsetParent);
  for (const link of table.querySelectorAll('td a[tabindex="0"]')) link.tabIndex = -1;
  if (next) next.tabIndex = 0;
}

/** The arrow keys move from cell to cell. */
function roam(table) {
  table.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    const cell = event.target.closest("td");
    if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = [...table.querySelectorAll("tr.case:not([hidden])")].filter((row) => row.offsetParent);
    let at = rows.indexOf(cell.parentElement);
    let column = cell.cellIndex;
    for (;;) {
      at += step[0];
      column += step[1];
      const next = rows[at]?.cells[column];
      if (!next || column < 1) return;
      const link = next.querySelector("a");
      if (!link) continue;
      event.preventDefault();
      rove(table, link);
      link.focus();
      return;
    }
  });
}

roam(matrix);
filters.addEventListener("input", (event) => (event.target.id === "sort" ? sort() : filter()));
filters.addEventListener("reset", () => setTimeout(sort));
filters.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("clear-none").addEventListener("click", () => filters.reset());
filter();

// The tables of traces and of ops have a search of their own, and a box for what is as it should be.
function narrow(table, name, what) {
  if (!table) return;
  const choose = () => {
    const words = document.getElementById(`${name}-search`).value.toLowerCase().split(/\s+/).filter(Boolean);
    const odd = document.getElementById(`${name}-odd`).checked;
    let shown = 0;
    for (const body of table.tBodies) {
      let some = false;
      for (const row of body.querySelectorAll("tr.case")) {
        const text = row.dataset.text.toLowerCase();
        row.hidden = (odd && row.dataset.odd !== "1") || !words.every((word) => text.includes(word));
        some ||= !row.hidden;
        shown += !row.hidden;
      }
      body.hidden = !some;
    }
    document.getElementById(`${name}-found`).textContent = `${shown} ${what}`;
    rove(table);
  };
  const form = document.getElementById(`${name}-filters`);
  form.addEventListener("input", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  choose();
  return choose;
}

narrow(document.getElementById("traces"), "trace", "ways of calling");
const ops = document.getElementById("ops");
if (ops) {
  roam(ops);
  // Which cell is the tab stop can be told only of what is seen.
  const choose = narrow(ops, "op", "ops");
  routes.operations = (parts) => parts && choose();
}
