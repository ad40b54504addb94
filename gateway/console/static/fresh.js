// Renews parts of a page while somebody looks at it: <div data-fresh="address" data-every="seconds" data-stale="id">.
//
// A part is renewed as a whole, so a page that was left open is right as soon as it is looked at again. When the server
// cannot be reached, the element `data-stale` says so; when it refuses (the session
// has ended, the right is gone), its answer is shown and nothing old is left. Without this script the page is right whenever it is loaded.

const FOCUSABLE = "a[href], button, summary, input, select, textarea";

// Puts new content into a region. What was unfolded stays so, and the focus stays at the same place.
function replaced(region, html) {
  const unfolded = [...region.querySelectorAll("details")].map((one) => one.open);
  const focused = [...region.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  region.innerHTML = html;
  region.querySelectorAll("details").forEach((one, place) => { if (unfolded[place]) one.open = true; });
  if (focused >= 0) region.querySelectorAll(FOCUSABLE)[focused]?.focus({ preventScroll: true });
}

function watch(region) {
  const stale = document.getElementById(region.dataset.stale);
  const notices = document.getElementById("notices");
  let etag = null, timer = null, refused = false, under_way = false;

  function tellStale(old) {
    if (stale) stale.hidden = !old;
  }

  async function look() {
    const headers = { "HX-Request": "true" };
    if (etag) headers["If-None-Match"] = etag;
    const answer = await fetch(region.dataset.fresh, { headers, cache: "no-store", signal: AbortSignal.timeout(20000) });
    if (answer.status >= 500) return tellStale(true);
    const html = await answer.text();
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
      refused = true;
      etag = null;
      notices.innerHTML = html;
      region.replaceChildren();
      return tellStale(false);
    }
    if (answer.ok) {
      etag = answer.headers.get("ETag");
      replaced(region, html);
    }
    if (refused) notices.replaceChildren();
    refused = false;
    tellStale(answer.status === 429);
  }

  async function renew() {
    clearTimeout(timer);
    if (document.visibilityState !== "visible" || under_way) return;
    under_way = true;
    try { await look(); } catch { tellStale(true); }
    under_way = false;
    timer = setTimeout(renew, Number(region.dataset.every) * 1000);
  }

  document.addEventListener("visibilitychange", renew);
  window.addEventListener("online", renew);
  window.addEventListener("pageshow", (event) => { if (event.persisted) renew(); });
  timer = setTimeout(renew, Number(region.dataset.every) * 1000);
}

document.querySelectorAll("[data-fresh]").forEach(watch);
