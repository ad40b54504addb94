"""Documents between authorities: who works on the document axis, what a dossier sends there, and what came of it."""
