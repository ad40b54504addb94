// The SHA-256 of a chosen file, computed on this machine: the file itself is not sent.

async function fillHash(event) {
  const chosen = event.target;
  const into = document.getElementById(chosen.dataset.hashInto);
  const file = chosen.files[0];
  if (!file || !into) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  into.value = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (globalThis.crypto?.subtle) {
  for (const input of document.querySelectorAll("[data-hash-into]")) {
    input.addEventListener("change", fillHash);
    input.closest(".needs-script").hidden = false;
  }
}
