// Ticks every box of a name in the form of the button, or none when all are ticked. The list may have been renewed meanwhile.

for (const button of document.querySelectorAll("[data-ticks]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll(`input[type=checkbox][name=${button.dataset.ticks}]`)];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}
