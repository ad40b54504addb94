"""The register of repairs in PostgreSQL, and the work on each dossier of a repair."""
