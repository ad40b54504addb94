"""Counts dossiers: every number is that of a search, so a number and the list that it opens cannot differ."""
