"""Texts: read within bounds, kept harmless, and filled into the sentences that people read."""
