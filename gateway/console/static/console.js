// What pages need beyond htmx: the focus after a refusal, and words when the server cannot be reached.

import { accepted, reached, refuse } from "./page_state.js";

function focusRefusal(root) {
  const refusal = root.querySelector?.("[data-focus]");
  if (refusal) refusal.focus();
}

document.addEventListener("DOMContentLoaded", () => focusRefusal(document));
document.addEventListener("htmx:after:swap", (event) => focusRefusal(event.target));

// The requests that htmx makes tell too whether the page is right.
document.addEventListener("htmx:after:request", (event) => {
  const { response, text } = event.detail.ctx;
  if (response.status === 401) refuse(401, text);
  else if (response.status < 400) accepted();
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && !event.detail.ctx.response) reached(false);
});

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
