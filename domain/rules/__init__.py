"""The rules of a province as checked values, and the rulebook in which a dossier finds the rules that it pins."""
