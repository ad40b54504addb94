// Hears from the server that something on the page has changed: <div data-live="address" data-place="place">. The element
// then gets the event "changed", at which parts of the page renew themselves.
//
// The place goes along, so nothing is missed: not between the page and the stream, and not while the laptop slept. A
// stream from which nothing comes for too long is taken for dead. A page that nobody sees does not listen.
//
// A page without such an element listens at the address of `data-session-only`, at which nothing is told but the end of
// the session.

import { accepted, isRefusal, ofScript, reached, refuse } from "./page_state.js";

const AGAIN = 3_000;
const AFTER_REFUSAL = 10_000;
const TOO_MANY = [429, 503];
const DEAD_AFTER = 40_000; // the server says something every 15 seconds

async function* messages(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) yield Object.fromEntries(block.split(/\r?\n/).map((line) => line.split(": ", 2)));
  }
}

function listen(element) {
  const sessionOnly = "sessionOnly" in element.dataset;
  let place = element.dataset.place ?? "", stream = null, timer = null, watchdog = null;

  function changed() {
    element.dispatchEvent(new Event("changed", { bubbles: true }));
  }

  function heard() {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => stream?.abort(), DEAD_AFTER);
  }

  async function read(signal) {
    const headers = { ...ofScript(), Accept: "text/event-stream", "Last-Event-ID": place };
    const answer = await fetch(element.dataset.live, { headers, cache: "no-store", signal });
    if (isRefusal(answer.status)) {
      refuse(answer.status, await answer.text());
      return AFTER_REFUSAL;
    }
    if (TOO_MANY.includes(answer.status)) { // nobody tells the page, so it asks by itself until there is room
      if (!sessionOnly) changed();
      return AFTER_REFUSAL;
    }
    if (!answer.ok) throw new Error(answer.status);
    if (accepted()) changed();
    for await (const message of messages(answer.body)) {
      if (signal.aborted) break;
      heard();
      place = message.id ?? place;
      if (message.event === "changed") changed();
    }
    return AGAIN;
  }

  async function connect() {
    clearTimeout(timer);
    if (stream || document.visibilityState !== "visible") return;
    const mine = stream = new AbortController();
    heard();
    let pause = AGAIN;
    try { pause = await read(mine.signal); } catch { if (stream === mine) reached(false); }
    if (stream !== mine) return;
    clearTimeout(watchdog);
    stream = null;
    timer = setTimeout(connect, pause);
  }

  function disconnect() {
    clearTimeout(timer);
    clearTimeout(watchdog);
    const mine = stream;
    stream = null;
    mine?.abort();
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  window.addEventListener("pagehide", disconnect);
  window.addEventListener("pageshow", connect);
  window.addEventListener("offline", () => { disconnect(); reached(false); });
  window.addEventListener("online", () => { disconnect(); connect(); });
  connect();
}

const told = document.querySelectorAll("[data-live]:not([data-session-only])");
(told.length ? told : document.querySelectorAll("[data-session-only]")).forEach(listen);
