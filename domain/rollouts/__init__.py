"""A change of rules carried to the open dossiers."""
