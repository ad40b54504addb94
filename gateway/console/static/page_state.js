// Says whether a page that renews itself is right: that the server cannot be reached, or that it refuses.
//
// After a sign-in in another tab, or when the connection is back, the page becomes right by itself.

const unreachable = document.getElementById("not-fresh");
const notices = document.getElementById("notices");
const main = document.getElementById("main");
let refused = 0;

// The headers of a request that the page makes by itself: the answer is a part of a page, or a notice with the way back
// to this page. The last one says for whom the page was made; it does not count as use of the session.
export function ofScript() {
  const person = encodeURIComponent(document.body.dataset.person);
  return { "HX-Request": "true", "HX-Current-URL": location.href, "Console-Renewal": person };
}

export function reached(yes) {
  unreachable.hidden = yes;
}

// True when the answer is a refusal, which is then shown. Without a session what was typed stays; without the right
// nothing is left, and a form is hidden: whose it is may sign in again.
export function isRefusal(status) {
  return status === 401 || status === 403 || status === 404;
}

export function refuse(status, html) {
  refused = status;
  if (notices.innerHTML !== html) notices.innerHTML = html;
  document.body.classList.add("ended");
  if (status !== 401) takeAway();
  reached(true);
}

function takeAway() {
  if (main.querySelector("form[method=post] :is(textarea, input[type=text])")) main.hidden = true;
  else main.replaceChildren();
}

// The server answered as it should. True when it had refused before.
export function accepted() {
  reached(true);
  if (!refused) return false;
  if (refused !== 401 && !main.hidden) location.reload();
  main.hidden = false;
  refused = 0;
  notices.replaceChildren();
  document.body.classList.remove("ended");
  return true;
}
