// The first field has the focus, so that an intake needs no mouse. After a refusal the focus is at the refusal.

if (!document.querySelector("[data-focus]")) document.getElementById("f-applicant-name")?.focus();
