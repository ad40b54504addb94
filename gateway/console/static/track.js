// A QR code has the secret in the fragment (#s=…). It is taken out of the address line and of the history at once, and
// posted with the form. Without this script the person types it.

const given = new URLSearchParams(location.hash.slice(1)).get("s");
if (given) {
  history.replaceState(null, "", location.pathname + location.search);
  const form = document.getElementById("receipt");
  form.elements.secret.value = given;
  if (form.elements.dossier.value) form.requestSubmit();
}
