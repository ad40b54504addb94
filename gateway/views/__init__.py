"""The read side, shared by all doors: a dossier's page, its timeline, its dates explained, the work-lists."""
