// Ticks every box of a name in the form of the button, or none when all are ticked. The list, and the button with it, may
// have been renewed meanwhile.

function show() {
  for (const button of document.querySelectorAll("[data-ticks]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ticks]");
  if (!button) return;
  const boxes = [...button.form.querySelectorAll(`input[type=checkbox][name=${button.dataset.ticks}]`)];
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
});
document.addEventListener("htmx:after:swap", show);
show();
