"""The comparisons of Temporal with the ledger over HTTP, and the order to end a workflow that no dossier needs."""
