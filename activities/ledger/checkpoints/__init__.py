"""The anchored history: what the ledger held, signed at least hourly and kept where the database cannot reach it."""
