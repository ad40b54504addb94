// The register beyond htmx: the order of the columns, and a look from time to time whether the list has changed.

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
    button.setAttribute("aria-label", button.dataset.label.replace("%s", words));
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
