"""The commands of `python -m tools`, a module a subject."""
