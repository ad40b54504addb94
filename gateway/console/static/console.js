// What pages need beyond htmx: the focus after a refusal, and words when the server cannot be reached.

import { accepted, isRefusal, ofScript, reached, refuse } from "./page_state.js";

function focusRefusal(root) {
  const refusal = root.querySelector?.("[data-focus]");
  if (refusal) refusal.focus();
}

document.addEventListener("DOMContentLoaded", () => focusRefusal(document));
document.addEventListener("htmx:after:swap", (event) => focusRefusal(event.target));

// What htmx asks without a hand at the page is no use of the session, and is refused to another person.
const renews = (element) => element.matches("[data-renews]");
document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (renews(sourceElement)) Object.assign(request.headers, ofScript());
});

// What renews itself is asked for again when the server did not answer or refused for now, once somebody looks.
const AGAIN = 3_000;
const timers = new WeakMap();
function ask(element) {
  if (!element.isConnected) return;
  if (document.visibilityState === "visible") element.dispatchEvent(new Event("again"));
  else document.addEventListener("visibilitychange", () => ask(element), { once: true });
}
function askLater(element, pause = AGAIN) {
  reached(false);
  clearTimeout(timers.get(element));
  timers.set(element, setTimeout(() => ask(element), pause));
}
document.addEventListener("htmx:before:response", (event) => {
  const { response, sourceElement } = event.detail.ctx;
  if (!renews(sourceElement) || (response.status < 500 && response.status !== 429)) return;
  event.preventDefault(); // what the page shows stays
  askLater(sourceElement, Math.max(AGAIN, Number(response.headers.get("Retry-After")) * 1000));
});

// The requests that htmx makes tell too whether the page is right; a page that may not renew itself shows nothing more.
document.addEventListener("htmx:after:request", (event) => {
  const { response, text, sourceElement } = event.detail.ctx;
  const { status } = response;
  if (status === 401 || (isRefusal(status) && renews(sourceElement))) refuse(status, text);
  else if (status < 400) accepted();
});
document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (!ctx || ctx.response) return;
  reached(false);
  if (renews(ctx.sourceElement)) askLater(ctx.sourceElement);
});

// A form is sent once: a second click within these milliseconds does nothing. Later it is sent again, since the first
// may have been stopped; the server carries it out once.
const ONE_CLICK = 4000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (Date.now() - Number(form.dataset.sent ?? 0) < ONE_CLICK) event.preventDefault();
  else form.dataset.sent = Date.now();
});

// Who leaves a long form with something typed in it, by a link or by closing the tab, is asked first.
function isTyped(form) {
  if (form.dataset.sent || !form.querySelector("textarea")) return false;
  const typed = [...form.querySelectorAll("input:not([type=hidden]), textarea")];
  return typed.some((one) => one.value !== one.defaultValue || (one.value && document.getElementById("refusal")));
}
function somethingTyped() {
  return [...document.querySelectorAll("form[method=post]")].some(isTyped);
}
window.addEventListener("beforeunload", (event) => {
  if (somethingTyped()) event.preventDefault();
});
// A page that the browser kept for the button "back" is read anew: its reader may have signed out meanwhile.
window.addEventListener("pageshow", (event) => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  if (event.persisted && !somethingTyped()) location.reload();
});
