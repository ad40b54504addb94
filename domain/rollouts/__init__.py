"""Applies a change of rules to the open dossiers."""
