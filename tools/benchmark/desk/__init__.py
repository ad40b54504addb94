"""Measures what the operators' desk does with every dossier: plans, comparisons and event logs of a large ledger."""
