"""Verifies the ledger: every chain of hashes, and the tables beside the events. Each subject has its module."""
