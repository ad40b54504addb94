"""Backups: sealed with a key, described by a signed list of their parts, and the archive of PostgreSQL's log."""
