"""The work-lists: my work and my unit's, which renew themselves; and the assignment of several dossiers at once."""
