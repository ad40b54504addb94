"""Verifies the ledger: every chain, and what stands beside the events; a module a subject."""
