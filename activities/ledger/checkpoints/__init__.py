"""Checkpoints: the content of the ledger, signed at least hourly and stored outside the database."""
