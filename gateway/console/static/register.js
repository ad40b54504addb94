// The register beyond htmx: the order of the columns, a look from time to time whether the list has changed, and the
// place in the list, which "back" finds again although its further pages were read while scrolling.

const LOOK_EVERY = 30_000;

setInterval(() => {
  if (document.visibilityState !== "visible") return;
  const notice = document.querySelector("[data-look]");
  if (notice && !notice.querySelector(".notice")) notice.dispatchEvent(new Event("look"));
}, LOOK_EVERY);

// On a narrow screen the list comes first: the conditions are a touch away.
if (matchMedia("(max-width: 60rem)").matches) document.querySelector("details.all")?.removeAttribute("open");

const movers = document.querySelector("#movers");
const columns = document.querySelector(".columns");

for (const column of movers ? columns.querySelectorAll(".column") : []) {
  const words = column.querySelector("label span").textContent;
  const buttons = movers.content.cloneNode(true);
  for (const button of buttons.querySelectorAll("button")) {
    button.setAttribute("aria-label", button.dataset.label.replace("…", words));
  }
  column.append(buttons);
}

columns?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const column = button.closest(".column");
  const other = button.dataset.move === "up" ? previousColumn(column) : nextColumn(column);
  if (!other) return;
  if (button.dataset.move === "up") other.before(column);
  else other.after(column);
  button.focus();
  column.querySelector("input").dispatchEvent(new Event("change", { bubbles: true }));
});

function previousColumn(column) {
  let other = column.previousElementSibling;
  while (other && !other.matches(".column")) other = other.previousElementSibling;
  return other;
}

function nextColumn(column) {
  let other = column.nextElementSibling;
  while (other && !other.matches(".column")) other = other.nextElementSibling;
  return other;
}

const PLACE = "lx-register-place";
const rows = () => document.querySelectorAll("table.dossiers tbody tr:not(.more)").length;

addEventListener("pagehide", () => {
  sessionStorage.setItem(PLACE, JSON.stringify({ address: location.href, rows: rows(), top: scrollY }));
});

async function findPlace() {
  const place = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  if (place?.address !== location.href) return;
  let asked = null;
  for (let look = 0; look < 200 && rows() < place.rows; look += 1) {
    const more = document.querySelector("table.dossiers tr.more");
    if (!more) break;
    if (more !== asked) more.dispatchEvent(new Event("more"));
    asked = more;
    await new Promise((done) => setTimeout(done, 50));
  }
  scrollTo(0, place.top);
}

if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") findPlace();
