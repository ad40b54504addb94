"""Carries out repairs: looks at a dossier before one, does it, and checks afterwards that the cause is gone."""
