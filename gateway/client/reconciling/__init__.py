"""Compares Temporal with the ledger, and ends workflows that have no dossier."""
