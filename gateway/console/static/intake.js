// The first field has the focus, so that an intake needs no mouse. After a refusal the focus is at the refusal.

if (!document.querySelector("[data-focus]")) document.getElementById("f-applicant-name")?.focus();

// The keys that a page names (`aria-keyshortcuts`), the same in every browser: the attribute `accesskey` needs other
// keys in each.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !event.code.startsWith("Key")) return;
  const wanted = document.querySelector(`[aria-keyshortcuts="Alt+${event.code.slice(3)}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});
