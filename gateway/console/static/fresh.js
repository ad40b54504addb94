// Renews parts of a page while somebody looks at it: <div id="…" data-fresh="address" data-every="seconds">. Also at
// once when the page hears that something has changed (live.js); without data-every, only then. A renewal that was asked
// for while nobody looked, or to which the server did not answer, is made up for.
//
// A part is renewed as a whole, so a page that was left open is right as soon as it is looked at again. The answer is the
// part, or a whole page that has it. Without this script the page is right whenever it is loaded.

import { accepted, isRefusal, ofScript, reached, refuse } from "./page_state.js";

const AGAIN = 3_000;
const FOCUSABLE = "a[href], button, summary, input, select, textarea";

// Puts new content into a region. What was unfolded or typed stays so, and the focus stays at the same place.
function replaced(region, html) {
  const unfolded = [...region.querySelectorAll("details")].map((one) => one.open);
  const typed = [...region.querySelectorAll("input[id]")].map((one) => [one.id, one.value]);
  const focused = [...region.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  const whole = region.id && new DOMParser().parseFromString(html, "text/html").getElementById(region.id);
  if (whole) region.replaceChildren(...whole.childNodes);
  else region.innerHTML = html;
  region.querySelectorAll("details").forEach((one, place) => { one.open = unfolded[place] ?? one.open; });
  for (const [id, value] of typed) {
    const input = document.getElementById(id);
    if (input) input.value = value;
  }
  if (focused >= 0) region.querySelectorAll(FOCUSABLE)[focused]?.focus({ preventScroll: true });
  region.dispatchEvent(new Event("renewed", { bubbles: true }));
}

function watch(region) {
  const every = Number(region.dataset.every ?? 0) * 1000;
  let etag = null, timer = null, under_way = false, due = false;

  // False when the server did not answer the question.
  async function look() {
    const headers = { ...ofScript(), "HX-Target": region.id };
    if (etag) headers["If-None-Match"] = etag;
    const answer = await fetch(region.dataset.fresh, { headers, cache: "no-store", signal: AbortSignal.timeout(20000) });
    if (answer.status >= 500 || answer.status === 429) return false;
    const html = await answer.text();
    if (isRefusal(answer.status)) {
      etag = null;
      region.replaceChildren();
      refuse(answer.status, html);
      return true;
    }
    if (answer.ok) {
      etag = answer.headers.get("ETag");
      replaced(region, html);
    }
    accepted();
    return true;
  }

  async function renew() {
    clearTimeout(timer);
    due = true;
    if (document.visibilityState !== "visible" || under_way) return;
    under_way = true;
    due = false;
    const answered = await look().catch(() => false);
    under_way = false;
    if (!answered) {
      reached(false);
      due = true;
      timer = setTimeout(renew, every || AGAIN);
    } else if (due) renew();
    else if (every) timer = setTimeout(renew, every);
  }

  function awaited() {
    if (every || due) renew();
  }

  document.addEventListener("changed", renew);
  document.addEventListener("visibilitychange", awaited);
  window.addEventListener("online", awaited);
  window.addEventListener("offline", () => reached(false));
  window.addEventListener("pageshow", (event) => { if (event.persisted) awaited(); });
  if (every) timer = setTimeout(renew, every);
}

document.querySelectorAll("[data-fresh]").forEach(watch);
