"""The lateness review: late and nearly late dossiers of a period by cause, with their evidence."""
