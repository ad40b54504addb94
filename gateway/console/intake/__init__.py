"""The desk: a dossier is filed and accepted in one go, with the keyboard alone."""
