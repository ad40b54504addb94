"""The life cycle of one dossier: what may be asked, what has happened, what is now true, what follows."""
