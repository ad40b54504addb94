"""The rules of a province as values that hold together, and the rulebook in which a dossier finds those it pinned."""
