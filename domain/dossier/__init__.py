"""The life cycle of one dossier: commands, events, the state after them, and what follows from it."""
