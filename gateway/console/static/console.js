// What pages need beyond htmx: the focus after a refusal, and words when the server cannot be reached.

function focusRefusal(root) {
  const refusal = root.querySelector?.("[data-focus]");
  if (refusal) refusal.focus();
}

document.addEventListener("DOMContentLoaded", () => focusRefusal(document));
document.addEventListener("htmx:after:swap", (event) => focusRefusal(event.target));

// A form is sent once: a second click while the first is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
