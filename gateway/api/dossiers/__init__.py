"""The operations on dossiers."""
