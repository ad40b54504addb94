"""The read side: a dossier's page, its timeline, the explanation of its dates, the work-lists."""
