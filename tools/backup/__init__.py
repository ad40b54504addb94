"""Backup and restore of the embedded stack: Temporal, the ledger with the vault, and the files, consistent with each
other."""
