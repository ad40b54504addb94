"""Finds personal data in texts that are kept for ever, and refuses these texts."""
