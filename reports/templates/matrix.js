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
  rove();
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

/** One cell at a time is a tab stop, so that the table is not thousands of them. */
function rove(chosen) {
  const now = chosen ?? matrix.querySelector('td a[tabindex="0"]');
  const next = now && now.offsetParent ? now : [...matrix.querySelectorAll("td a")].find((link) => link.offsetParent);
  for (const link of matrix.querySelectorAll('td a[tabindex="0"]')) link.tabIndex = -1;
  if (next) next.tabIndex = 0;
}

matrix.addEventListener("keydown", (event) => {
  const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
  const cell = event.target.closest("td");
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...matrix.querySelectorAll("tr.case:not([hidden])")].filter((row) => row.offsetParent);
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
    rove(link);
    link.focus();
    return;
  }
});

filters.addEventListener("input", (event) => (event.target.id === "sort" ? sort() : filter()));
filters.addEventListener("reset", () => setTimeout(sort));
filters.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("clear-none").addEventListener("click", () => filters.reset());
filter();

// The table of traces has a search of its own.
const traces = document.getElementById("traces");
if (traces) {
  const choose = () => {
    const words = document.getElementById("trace-search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const odd = document.getElementById("trace-odd").checked;
    let shown = 0;
    for (const body of traces.tBodies) {
      let some = false;
      for (const row of body.querySelectorAll("tr.case")) {
        const text = row.dataset.text.toLowerCase();
        row.hidden = (odd && row.dataset.odd !== "1") || !words.every((word) => text.includes(word));
        some ||= !row.hidden;
        shown += !row.hidden;
      }
      body.hidden = !some;
    }
    document.getElementById("trace-found").textContent = `${shown} ways of calling`;
  };
  const form = document.getElementById("trace-filters");
  form.addEventListener("input", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  choose();
}
